-- subscriber (package subscriber): somebody who follows a person by mail, without an account.
CREATE TABLE subscriber (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,    -- whom they follow
    address        TEXT NOT NULL,
    folded         TEXT NOT NULL,
    language       TEXT NOT NULL,      -- of their letters
    frequency      TEXT NOT NULL,      -- each, daily, weekly
    confirmed_at   BIGINT NOT NULL,    -- 0 until the address was confirmed
    last_post_id   BIGINT NOT NULL,    -- up to which they were told
    next_at        BIGINT NOT NULL,    -- when the next digest is due
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX subscriber_pair ON subscriber (account_id, folded);
CREATE INDEX subscriber_due ON subscriber (frequency, next_at) WHERE confirmed_at <> 0;
CREATE INDEX subscriber_account ON subscriber (account_id, frequency, last_post_id, id) WHERE confirmed_at <> 0;
CREATE INDEX subscriber_asked ON subscriber (created_at) WHERE confirmed_at = 0;
