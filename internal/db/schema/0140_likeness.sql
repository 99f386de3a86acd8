-- account (package account): small pictures that its name, bio and fields name between colons.
ALTER TABLE account ADD COLUMN emoji TEXT NOT NULL DEFAULT '[]'; -- JSON [{shortcode, url}]
