-- file_share (package file): a link by which people without an account see a file or folder. The link is made from the id and a key of the home, so nothing here opens anything.
CREATE TABLE file_share (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    node_id        BIGINT NOT NULL,
    label          TEXT NOT NULL,      -- for whom, as its owner puts it
    password       TEXT NOT NULL,      -- argon2id of the one that must be said first; '' for none
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL     -- 0 for never
);
CREATE INDEX file_share_node ON file_share (node_id, id);
CREATE INDEX file_share_owner ON file_share (owner_id, id);
