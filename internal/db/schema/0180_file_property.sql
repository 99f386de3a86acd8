-- file_property (package file): whose it is, so that for people without any, which are most, nothing is looked up.
ALTER TABLE file_property ADD COLUMN owner_id BIGINT NOT NULL DEFAULT 0;
CREATE INDEX file_property_owner ON file_property (owner_id);

-- file_lock (package file): what a device keeps others from changing, for a while (RFC 4918 §6).
CREATE TABLE file_lock (
    token          TEXT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    node_id        BIGINT NOT NULL,
    shared         BOOLEAN NOT NULL,   -- others may hold one too
    deep           BOOLEAN NOT NULL,   -- also on all that is below
    holder         TEXT NOT NULL,      -- as the device says it, XML
    lasts          BIGINT NOT NULL,    -- microseconds, from each time it is asked for
    ends_at        BIGINT NOT NULL
);
CREATE INDEX file_lock_owner ON file_lock (owner_id);
CREATE INDEX file_lock_node ON file_lock (node_id);
