-- push_subscription (package push): browsers and apps that are told of news without asking (Web Push).
CREATE TABLE push_subscription (
    id             BIGINT PRIMARY KEY,
    kind           TEXT NOT NULL,      -- app or browser of one who lives here; guest: a browser of somebody without an account
    account_id     BIGINT NOT NULL,    -- who is told; for a guest, whom they follow
    holder_id      BIGINT NOT NULL,    -- the token of an app or the session of a browser, with which it ends; 0 for a guest
    endpoint       TEXT NOT NULL,      -- where the push service takes messages; a secret
    host           TEXT NOT NULL,      -- of the endpoint
    public_key     BYTEA NOT NULL,     -- a point on P-256, uncompressed
    secret         BYTEA NOT NULL,     -- 16 bytes, known to the browser and this home
    encoding       TEXT NOT NULL,      -- aes128gcm, aesgcm
    bearer         BYTEA NOT NULL,     -- the token of an app, sealed; empty for others
    alerts         TEXT NOT NULL,      -- kinds of news, separated by spaces
    policy         TEXT NOT NULL,      -- all, followed, follower, none
    language       TEXT NOT NULL,      -- of a guest's browser
    network        BIGINT NOT NULL,    -- where a guest came from, as a hash that only this home can make; 0 for others
    confirmed_at   BIGINT NOT NULL,    -- when the browser of a guest answered the first message; 0 for not yet
    told_at        BIGINT NOT NULL,    -- when a message was last taken, about
    failed_since   BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE INDEX push_subscription_account ON push_subscription (account_id, kind, id);
CREATE UNIQUE INDEX push_subscription_holder ON push_subscription (holder_id) WHERE holder_id <> 0;
CREATE INDEX push_subscription_endpoint ON push_subscription (endpoint);
CREATE INDEX push_subscription_network ON push_subscription (network) WHERE network <> 0;
CREATE INDEX push_subscription_waiting ON push_subscription (created_at) WHERE confirmed_at = 0;
