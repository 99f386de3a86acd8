-- app_password (package auth): what a device that keeps files, contacts or calendars comes in with.
CREATE TABLE app_password (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    secret_hash    BYTEA NOT NULL,     -- HMAC-SHA256 under a key of the home
    name           TEXT NOT NULL,      -- of the device
    session_id     BIGINT NOT NULL,    -- it was made in; 0 for none
    once           BOOLEAN NOT NULL,   -- opens nothing but the door to a lasting one
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,    -- 0 for never
    used_at        BIGINT NOT NULL,    -- to the hour; 0 for never
    agent          TEXT NOT NULL,      -- of its last use
    address        TEXT NOT NULL,      -- of its last use
    lost_at        BIGINT NOT NULL,    -- opens nothing since, and the device is to delete its copies; 0 for not
    wiped_at       BIGINT NOT NULL     -- when the device said it had; 0 for not
);
CREATE UNIQUE INDEX app_password_secret ON app_password (secret_hash);
CREATE INDEX app_password_account ON app_password (account_id, id);
