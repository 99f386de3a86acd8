-- account (package account): origins that the ids of one who lives here carried before they moved, and when they left each, as JSON; '' for none.
ALTER TABLE account ADD COLUMN former TEXT NOT NULL DEFAULT '';
