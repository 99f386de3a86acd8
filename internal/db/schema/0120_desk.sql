-- draft (package draft): kept in passing, as it was typed, until its writer posts it or puts it aside.
ALTER TABLE draft ADD COLUMN passing BIGINT NOT NULL DEFAULT 0;
CREATE INDEX draft_passing ON draft (account_id, updated_at) WHERE passing = 1;
