-- file_share (package file): what may be done by a link, what is said to who opens it, and how much came by it on its last day.
ALTER TABLE file_share ADD COLUMN rights BIGINT NOT NULL DEFAULT 1;   -- as those of file_grant
ALTER TABLE file_share ADD COLUMN note TEXT NOT NULL DEFAULT '';
ALTER TABLE file_share ADD COLUMN kept BOOLEAN NOT NULL DEFAULT FALSE; -- files are shown, and not offered to be saved
ALTER TABLE file_share ADD COLUMN day BIGINT NOT NULL DEFAULT 0;
ALTER TABLE file_share ADD COLUMN added BIGINT NOT NULL DEFAULT 0;    -- files and folders
ALTER TABLE file_share ADD COLUMN bytes BIGINT NOT NULL DEFAULT 0;
