-- arrival (package auth): a device that asks to be let in, until its person has answered and it has fetched what it was given.
CREATE TABLE arrival (
    id             BIGINT PRIMARY KEY,
    ask_hash       BYTEA NOT NULL,     -- of the word in the address of the question
    poll_hash      BYTEA NOT NULL,     -- of the word by which the device asks for the answer
    agent          TEXT NOT NULL,      -- as the device calls itself
    address        TEXT NOT NULL,      -- where it asked from
    expires_at     BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,    -- who let it in; 0 for nobody yet
    session_id     BIGINT NOT NULL,    -- in which they said so
    name           TEXT NOT NULL       -- as they call it
);
CREATE UNIQUE INDEX arrival_ask ON arrival (ask_hash);
CREATE UNIQUE INDEX arrival_poll ON arrival (poll_hash);
CREATE INDEX arrival_account ON arrival (account_id);
