-- kept (package post): posts that one wants to find again, which is nobody else's business. The id carries the time.
CREATE TABLE kept (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    post_id        BIGINT NOT NULL
);
CREATE UNIQUE INDEX kept_once ON kept (account_id, post_id);
CREATE INDEX kept_account ON kept (account_id, id);
CREATE INDEX kept_post ON kept (post_id);
