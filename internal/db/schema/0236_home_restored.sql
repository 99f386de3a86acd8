-- home (package account): another text after each time that the home is taken from a backup.
ALTER TABLE home ADD COLUMN restored TEXT NOT NULL DEFAULT '';
