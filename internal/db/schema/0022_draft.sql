-- draft (package draft): what is not posted yet, with the moment it is to be posted by itself.
CREATE TABLE draft (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    form           TEXT NOT NULL,      -- JSON of a post.Draft
    key            TEXT NOT NULL,      -- of the form it came with, so that one sent twice is kept once; '' asks for nothing
    due_at         BIGINT NOT NULL,    -- 0 for one that waits for its writer
    held           TEXT NOT NULL,      -- JSON of why it could not be posted when it was due; '' for no reason
    updated_at     BIGINT NOT NULL
);
CREATE INDEX draft_account ON draft (account_id, id);
CREATE INDEX draft_due ON draft (due_at) WHERE due_at > 0;
CREATE UNIQUE INDEX draft_once ON draft (account_id, key) WHERE key <> '';

-- media (package media): the draft that keeps a medium from being swept away.
ALTER TABLE media ADD COLUMN held_by BIGINT NOT NULL DEFAULT 0;
CREATE INDEX media_held ON media (held_by) WHERE held_by <> 0;
