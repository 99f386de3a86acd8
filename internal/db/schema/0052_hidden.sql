-- hidden_reply (package post): replies that the owner of a post above them hides from others.
CREATE TABLE hidden_reply (
    post_id        BIGINT PRIMARY KEY,
    by_id          BIGINT NOT NULL,
    reason         TEXT NOT NULL,      -- its writer and everybody else are told
    created_at     BIGINT NOT NULL
);
