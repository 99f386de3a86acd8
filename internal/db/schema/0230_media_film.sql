-- media (package media): videos and sounds, and of which of somebody's files a medium is made.
ALTER TABLE media ADD COLUMN seconds DOUBLE PRECISION NOT NULL DEFAULT 0; -- how long it plays, 0 unknown
ALTER TABLE media ADD COLUMN node_id BIGINT NOT NULL DEFAULT 0;           -- of a file, 0 for none
CREATE INDEX media_node ON media (node_id) WHERE node_id <> 0;

-- film (package film): sounds too, and what leaves the home in one piece.
ALTER TABLE film ADD COLUMN kind TEXT NOT NULL DEFAULT 'video';           -- or audio
ALTER TABLE film ADD COLUMN wanted BOOLEAN NOT NULL DEFAULT FALSE;        -- for a post, which shows it in one piece
ALTER TABLE film ADD COLUMN whole_blob TEXT NOT NULL DEFAULT '';          -- that piece, '' for none yet
ALTER TABLE film ADD COLUMN whole_size BIGINT NOT NULL DEFAULT 0;
ALTER TABLE film ADD COLUMN whole_width BIGINT NOT NULL DEFAULT 0;
ALTER TABLE film ADD COLUMN whole_height BIGINT NOT NULL DEFAULT 0;
CREATE INDEX film_whole ON film (whole_blob) WHERE whole_blob <> '';
ALTER TABLE film_rendition ADD COLUMN rate BIGINT NOT NULL DEFAULT 0;     -- pictures a second, 0 unknown
