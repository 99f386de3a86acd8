-- websub (package websub): who is told of news in a feed without asking again.

CREATE TABLE websub_topic (
    address        TEXT PRIMARY KEY,   -- of a feed here to which somebody subscribed
    account_id     BIGINT NOT NULL,    -- whose it is; 0 for a hashtag of the house
    tag            TEXT NOT NULL,      -- folded; '' for a feed of a person
    content_type   TEXT NOT NULL,
    body           BYTEA NOT NULL,     -- as it was told last
    hash           TEXT NOT NULL,      -- of body
    stale_at       BIGINT NOT NULL     -- when something last happened that may show in it
);
CREATE INDEX websub_topic_account ON websub_topic (account_id);
CREATE INDEX websub_topic_tag ON websub_topic (tag) WHERE tag <> '';

CREATE TABLE websub_subscription (
    id             BIGINT PRIMARY KEY,
    topic          TEXT NOT NULL,
    callback       TEXT NOT NULL,
    host           TEXT NOT NULL,      -- of the callback
    secret         TEXT NOT NULL,
    lease_until    BIGINT NOT NULL,
    sent_hash      TEXT NOT NULL,      -- of the body that was taken last
    failed_since   BIGINT NOT NULL
);
CREATE UNIQUE INDEX websub_subscription_pair ON websub_subscription (topic, callback);
CREATE INDEX websub_subscription_host ON websub_subscription (host);
CREATE INDEX websub_subscription_lease ON websub_subscription (lease_until);

-- what was asked for and is not yet confirmed by the callback; the newest wish of a pair counts.
CREATE TABLE websub_request (
    id             BIGINT PRIMARY KEY,
    mode           TEXT NOT NULL,      -- subscribe, unsubscribe
    topic          TEXT NOT NULL,
    callback       TEXT NOT NULL,
    host           TEXT NOT NULL,
    secret         TEXT NOT NULL,
    lease          BIGINT NOT NULL,    -- seconds
    tries          BIGINT NOT NULL,
    asked_at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX websub_request_pair ON websub_request (topic, callback);
CREATE INDEX websub_request_host ON websub_request (host);
CREATE INDEX websub_request_asked ON websub_request (asked_at);
