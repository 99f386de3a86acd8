-- blob_tray (package blob): small content that came a moment ago, durable with what refers to it, until it lies with the other.
-- Content may lie here more than once.
CREATE TABLE blob_tray (
    id             BIGINT PRIMARY KEY, -- tells when it came
    hash           TEXT NOT NULL,
    content        BYTEA NOT NULL
);
CREATE INDEX blob_tray_hash ON blob_tray (hash);
