-- why an owner hides what a page of another site says, '' where they do not, and since when.
ALTER TABLE webmention ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE webmention ADD COLUMN hidden_at BIGINT NOT NULL DEFAULT 0;
