-- What stands for a photo while it is fetched, for the posts that show it.
ALTER TABLE photo_look ADD COLUMN blurhash TEXT NOT NULL DEFAULT '';
