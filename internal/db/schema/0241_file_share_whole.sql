-- file_share (package file): whether photos and videos go out by a link as they are, with place and camera.
ALTER TABLE file_share ADD COLUMN whole BOOLEAN NOT NULL DEFAULT FALSE;
