-- standing_backup (package backup): the one row that says where copies go by
-- themselves, and how the last one went.
CREATE TABLE standing_backup (
    id             BIGINT PRIMARY KEY,
    folder         TEXT NOT NULL,      -- '' for none
    every_hours    BIGINT NOT NULL,
    keep           BIGINT NOT NULL,    -- how many copies stay
    known          BOOLEAN NOT NULL,   -- a copy was made there: a folder that is empty now is a disk that is away
    tried_at       BIGINT NOT NULL,
    made_at        BIGINT NOT NULL,
    copies         BIGINT NOT NULL,
    bytes          BIGINT NOT NULL,    -- of the newest copy
    fault_key      TEXT NOT NULL,      -- of the last attempt; '' when it went well
    fault_args     TEXT NOT NULL       -- JSON
);
