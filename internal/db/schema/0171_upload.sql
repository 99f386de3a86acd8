-- file_upload (package file): a file that comes in pieces, until it is whole.
CREATE TABLE file_upload (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    name           TEXT NOT NULL,      -- by which its device knows it
    draft          TEXT NOT NULL,      -- in which the pieces lie that came one after another
    total          BIGINT NOT NULL,    -- bytes that are to come, -1 where the device did not say
    begun_at       BIGINT NOT NULL,
    used_at        BIGINT NOT NULL     -- when the last piece came
);
CREATE UNIQUE INDEX file_upload_owner ON file_upload (owner_id, name);
CREATE INDEX file_upload_used ON file_upload (used_at);

-- file_upload_piece (package file): one of them.
CREATE TABLE file_upload_piece (
    upload_id      BIGINT NOT NULL,
    name           TEXT NOT NULL,      -- tells its place among the others
    size           BIGINT NOT NULL,
    start          BIGINT NOT NULL,    -- where it begins in the upload's draft, -1 for one that lies apart
    draft          TEXT NOT NULL,      -- in which that one lies
    sum            BYTEA NOT NULL,     -- state of the SHA-256 of the upload's draft up to its end
    sha1           BYTEA NOT NULL,     -- and of the SHA-1
    arrived_at     BIGINT NOT NULL,
    PRIMARY KEY (upload_id, name)
) /* clustered */;
CREATE INDEX file_upload_piece_draft ON file_upload_piece (draft);
CREATE INDEX file_upload_draft ON file_upload (draft);
