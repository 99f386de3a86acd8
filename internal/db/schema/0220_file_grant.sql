-- file_grant (package file): a file or folder that one person here shares with another.
CREATE TABLE file_grant (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,    -- in whose tree it stands
    node_id        BIGINT NOT NULL,
    giver_id       BIGINT NOT NULL,    -- its owner, or somebody who may share it on
    via_id         BIGINT NOT NULL,    -- the grant by which the giver has it, with which this one ends; 0 for its owner
    receiver_id    BIGINT NOT NULL,
    mount_id       BIGINT NOT NULL,    -- where it stands in the tree of the receiver
    rights         BIGINT NOT NULL,    -- what they may do, as a sum: 1 look, 2 change, 4 add, 8 remove, 16 share on
    note           TEXT NOT NULL,      -- what the giver says to them
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL     -- 0 for never
);
CREATE UNIQUE INDEX file_grant_once ON file_grant (node_id, receiver_id);
CREATE UNIQUE INDEX file_grant_mount ON file_grant (mount_id);
CREATE INDEX file_grant_receiver ON file_grant (receiver_id, id);
CREATE INDEX file_grant_owner ON file_grant (owner_id, id);
CREATE INDEX file_grant_giver ON file_grant (giver_id, id);
CREATE INDEX file_grant_via ON file_grant (via_id);

-- file_node (package file): what stands here in truth, of somebody else; 0 for what stands here itself.
ALTER TABLE file_node ADD COLUMN target_id BIGINT NOT NULL DEFAULT 0;

-- file_space (package file): whether anything was ever shared with this person, so that for others nothing is looked up.
ALTER TABLE file_space ADD COLUMN granted BOOLEAN NOT NULL DEFAULT FALSE;
