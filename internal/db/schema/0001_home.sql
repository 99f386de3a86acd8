-- Times are microseconds since 1970, UTC. Ids are made by the program. Nothing
-- is NULL: no text is '', no id is 0, never is 0.

-- home (package account): the one row that says which home this is.
CREATE TABLE home (
    id             BIGINT PRIMARY KEY,
    instance       TEXT NOT NULL,      -- random, made once, for clients that ask who we are
    seal_public    BYTEA NOT NULL,     -- public half of the home key, seals private keys at rest
    setup_hash     BYTEA NOT NULL,     -- of the one-time first-page token; empty once used
    created_at     BIGINT NOT NULL
);

-- account (package account): people who live here and those we have met.
CREATE TABLE account (
    id             BIGINT PRIMARY KEY,
    local          BOOLEAN NOT NULL,
    kind           TEXT NOT NULL,      -- person, service, group, organization, application
    name           TEXT NOT NULL,      -- without @, as its owner writes it
    name_folded    TEXT NOT NULL,
    host           TEXT NOT NULL,      -- the part after @ in normal form; '' for those who live here
    uri            TEXT NOT NULL,      -- canonical actor id: ap://did:key:…/actor for portable ones
    location       TEXT NOT NULL,      -- where the actor document is fetched; '' for those who live here
    authority      TEXT NOT NULL,      -- origin in the ids of a local account, fixed at the first delivery
    url            TEXT NOT NULL,      -- the page for people; '' for those who live here
    display_name   TEXT NOT NULL,
    bio            TEXT NOT NULL,      -- Markdown of local people, HTML as received of others
    fields         TEXT NOT NULL,      -- JSON [{name, value}]
    inbox          TEXT NOT NULL,
    shared_inbox   TEXT NOT NULL,
    outbox         TEXT NOT NULL,
    followers_uri  TEXT NOT NULL,
    following_uri  TEXT NOT NULL,
    avatar         TEXT NOT NULL,      -- key of a media file here, or the remote address
    header         TEXT NOT NULL,
    also_known_as  TEXT NOT NULL,      -- JSON list
    moved_to       TEXT NOT NULL,
    hue            BIGINT NOT NULL,    -- 0 to 11
    locked         BOOLEAN NOT NULL,   -- followers are approved by hand
    discoverable   BOOLEAN NOT NULL,
    indexable      BOOLEAN NOT NULL,
    bot            BOOLEAN NOT NULL,
    followers_count BIGINT NOT NULL,
    following_count BIGINT NOT NULL,
    posts_count    BIGINT NOT NULL,
    last_post_at   BIGINT NOT NULL,
    proved_at      BIGINT NOT NULL,    -- proof.created of the newest proven document; an older one never replaces it
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    fetched_at     BIGINT NOT NULL,
    gone_at        BIGINT NOT NULL     -- deleted here, or its home says it is gone
);
CREATE UNIQUE INDEX account_uri ON account (uri);
CREATE UNIQUE INDEX account_handle ON account (name_folded, host);
CREATE INDEX account_local ON account (id) WHERE local;

-- account_key (package account): public keys of everybody, private ones of those who live here, sealed.
CREATE TABLE account_key (
    uri            TEXT PRIMARY KEY,   -- key id as it appears in signatures; for the publishing key its did:key
    account_id     BIGINT NOT NULL,
    kind           TEXT NOT NULL,      -- rsa, ed25519 or publishing
    public         BYTEA NOT NULL,     -- PKIX DER
    sealed         BYTEA NOT NULL,     -- PKCS 8 DER sealed for the home key, or empty
    fetched_at     BIGINT NOT NULL
);
CREATE INDEX account_key_account ON account_key (account_id);

-- account_name (package account): every name ever given out here. Rows are never removed, so names are never reissued.
CREATE TABLE account_name (
    name_folded    TEXT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);

-- preference (package account): what one who lives here has chosen.
CREATE TABLE preference (
    account_id     BIGINT PRIMARY KEY,
    language       TEXT NOT NULL,      -- of the pages; '' follows the browser
    visibility     TEXT NOT NULL,      -- of a new post
    post_language  TEXT NOT NULL,
    zone           TEXT NOT NULL       -- IANA time zone name; '' is the home's
);

-- credential, session, OAuth (package auth): who may enter.
CREATE TABLE credential (
    account_id     BIGINT PRIMARY KEY,
    email          TEXT NOT NULL,
    email_folded   TEXT NOT NULL,
    password_hash  TEXT NOT NULL,      -- argon2id in PHC form
    owner          BOOLEAN NOT NULL,   -- keeps the home
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX credential_email ON credential (email_folded) WHERE email_folded <> '';

CREATE TABLE session (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    token_hash     BYTEA NOT NULL,
    agent          TEXT NOT NULL,
    address        TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    seen_at        BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX session_token ON session (token_hash);
CREATE INDEX session_account ON session (account_id);

CREATE TABLE oauth_app (
    id             BIGINT PRIMARY KEY,
    client_id      TEXT NOT NULL,
    secret_hash    BYTEA NOT NULL,
    name           TEXT NOT NULL,
    website        TEXT NOT NULL,
    redirect_uris  TEXT NOT NULL,      -- JSON list
    scopes         TEXT NOT NULL,      -- separated by spaces
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX oauth_app_client ON oauth_app (client_id);

CREATE TABLE oauth_code (
    code_hash      BYTEA PRIMARY KEY,
    app_id         BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    session_id     BIGINT NOT NULL,
    redirect_uri   TEXT NOT NULL,
    scopes         TEXT NOT NULL,
    challenge      TEXT NOT NULL,      -- PKCE S256; '' without
    expires_at     BIGINT NOT NULL,
    token_id       BIGINT NOT NULL     -- of the token it was exchanged for; a second use revokes that
);

CREATE TABLE oauth_token (
    id             BIGINT PRIMARY KEY,
    token_hash     BYTEA NOT NULL,
    app_id         BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,    -- 0 for an app on its own behalf
    scopes         TEXT NOT NULL,
    created_at     BIGINT NOT NULL,
    used_at        BIGINT NOT NULL
);
CREATE UNIQUE INDEX oauth_token_hash ON oauth_token (token_hash);
CREATE INDEX oauth_token_account ON oauth_token (account_id);
CREATE INDEX oauth_token_app ON oauth_token (app_id);

-- follow, block, mute (package relationship).
CREATE TABLE follow (
    id             BIGINT PRIMARY KEY,
    follower_id    BIGINT NOT NULL,
    followed_id    BIGINT NOT NULL,
    accepted       BOOLEAN NOT NULL,   -- false: asked, not yet answered
    boosts         BOOLEAN NOT NULL,   -- the follower wants to see boosts
    notify         BOOLEAN NOT NULL,
    uri            TEXT NOT NULL,      -- of the Follow activity
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX follow_pair ON follow (followed_id, follower_id);
CREATE INDEX follow_follower ON follow (follower_id, accepted, id);
CREATE INDEX follow_followed ON follow (followed_id, accepted, id);

CREATE TABLE block (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    target_id      BIGINT NOT NULL,
    uri            TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX block_pair ON block (account_id, target_id);
CREATE INDEX block_account ON block (account_id, id);
CREATE INDEX block_target ON block (target_id);

-- media (package media): a picture, sound or video, ours or a remote one we know of.
CREATE TABLE media (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    post_id        BIGINT NOT NULL,    -- 0 until it is attached
    position       BIGINT NOT NULL,
    kind           TEXT NOT NULL,      -- image, video, audio, unknown
    mime           TEXT NOT NULL,
    width          BIGINT NOT NULL,
    height         BIGINT NOT NULL,
    alt            TEXT NOT NULL,
    blurhash       TEXT NOT NULL,
    focus_x        DOUBLE PRECISION NOT NULL,
    focus_y        DOUBLE PRECISION NOT NULL,
    remote_url     TEXT NOT NULL,      -- '' for ours
    created_at     BIGINT NOT NULL
);
CREATE INDEX media_post ON media (post_id, position);
CREATE INDEX media_loose ON media (created_at) WHERE post_id = 0;
CREATE INDEX media_portrait ON media (owner_id, remote_url) WHERE post_id = 0;

-- media_file (package media): the bytes of a medium at one size, at an address nobody can guess.
CREATE TABLE media_file (
    key            TEXT PRIMARY KEY,   -- 128 random bits
    media_id       BIGINT NOT NULL,
    variant        TEXT NOT NULL,      -- original (never served), large, small, remote
    blob           TEXT NOT NULL,      -- content hash
    mime           TEXT NOT NULL,
    width          BIGINT NOT NULL,
    height         BIGINT NOT NULL,
    size           BIGINT NOT NULL,
    used_at        BIGINT NOT NULL
);
CREATE INDEX media_file_media ON media_file (media_id);
CREATE INDEX media_file_blob ON media_file (blob);

-- post and what people do with posts (package post).
CREATE TABLE post (
    id             BIGINT PRIMARY KEY, -- carries the time it was published, clamped to its arrival
    author_id      BIGINT NOT NULL,
    local          BOOLEAN NOT NULL,
    kind           TEXT NOT NULL,      -- note; other kinds as read
    visibility     TEXT NOT NULL,      -- public, unlisted, followers, direct, self
    uri            TEXT NOT NULL,      -- canonical id
    location       TEXT NOT NULL,      -- where it is fetched; '' for ours
    url            TEXT NOT NULL,      -- the page for people; '' for ours
    reply_to_id    BIGINT NOT NULL,
    reply_to_uri   TEXT NOT NULL,      -- kept when the parent is not here
    reply_to_account_id BIGINT NOT NULL,
    thread_id      BIGINT NOT NULL,    -- the oldest post of the conversation that is here
    title          TEXT NOT NULL,
    warning        TEXT NOT NULL,
    sensitive      BOOLEAN NOT NULL,
    language       TEXT NOT NULL,      -- BCP 47, '' unknown
    text           TEXT NOT NULL,      -- Markdown of ours
    html           TEXT NOT NULL,      -- as rendered, or as received and sanitized
    clean          BIGINT NOT NULL,    -- version of the sanitizer html went through; an older one is sanitized again at output
    tags           TEXT NOT NULL,      -- JSON: mentions, hashtags, emoji, as written
    media_count    BIGINT NOT NULL,
    likes_count    BIGINT NOT NULL,
    boosts_count   BIGINT NOT NULL,
    replies_count  BIGINT NOT NULL,
    published_at   BIGINT NOT NULL,
    edited_at      BIGINT NOT NULL,
    arrived_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX post_uri ON post (uri);
CREATE INDEX post_author ON post (author_id, id);
CREATE INDEX post_local ON post (id) WHERE local AND visibility = 'public';
CREATE INDEX post_reply ON post (reply_to_id) WHERE reply_to_id <> 0;
CREATE INDEX post_orphan ON post (reply_to_uri) WHERE reply_to_id = 0 AND reply_to_uri <> '';
CREATE INDEX post_thread ON post (thread_id, id);

-- the people a post names, beyond its level: all that "named people" may see it.
CREATE TABLE post_audience (
    post_id        BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    mentioned      BOOLEAN NOT NULL,   -- named in the text too
    PRIMARY KEY (post_id, account_id)
) /* clustered */;
CREATE INDEX post_audience_account ON post_audience (account_id, post_id);

CREATE TABLE post_tag (
    tag            TEXT NOT NULL,      -- folded, without #
    post_id        BIGINT NOT NULL,
    PRIMARY KEY (tag, post_id)
) /* clustered */;
CREATE INDEX post_tag_post ON post_tag (post_id);

-- one row per press of the Post button, so that a form sent twice posts once.
CREATE TABLE post_once (
    author_id      BIGINT NOT NULL,
    key            TEXT NOT NULL,
    post_id        BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (author_id, key)
) /* clustered */;
CREATE INDEX post_once_created ON post_once (created_at);

CREATE TABLE boost (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    post_id        BIGINT NOT NULL,
    visibility     TEXT NOT NULL,
    uri            TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX boost_pair ON boost (post_id, account_id);
CREATE UNIQUE INDEX boost_uri ON boost (uri);
CREATE INDEX boost_account ON boost (account_id, id);

CREATE TABLE liked (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    post_id        BIGINT NOT NULL,
    uri            TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX liked_pair ON liked (post_id, account_id);
CREATE UNIQUE INDEX liked_uri ON liked (uri);
CREATE INDEX liked_account ON liked (account_id, id);

-- what is left of a deleted post: its name, so that it never comes back, and for ours the signed tombstone's time.
CREATE TABLE tombstone (
    uri            TEXT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    post_id        BIGINT NOT NULL,    -- 0 when it was deleted before it came
    deleted_at     BIGINT NOT NULL
);

-- home_item (package timeline): a row per reader and item; id is that of the arrival.
CREATE TABLE home_item (
    reader_id      BIGINT NOT NULL,
    id             BIGINT NOT NULL,
    post_id        BIGINT NOT NULL,
    boost_id       BIGINT NOT NULL,    -- 0 when the post came by itself
    by_id          BIGINT NOT NULL,    -- who brought it: the author or the booster
    PRIMARY KEY (reader_id, id)
) /* clustered */;
CREATE UNIQUE INDEX home_item_post ON home_item (post_id, reader_id);
CREATE INDEX home_item_by ON home_item (reader_id, by_id);

CREATE TABLE marker (
    account_id     BIGINT NOT NULL,
    stream         TEXT NOT NULL,      -- home or notifications
    last_id        BIGINT NOT NULL,
    version        BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL,
    PRIMARY KEY (account_id, stream)
) /* clustered */;

-- notification (package notification): what someone should be told.
CREATE TABLE notification (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    kind           TEXT NOT NULL,      -- follow, follow_request, mention, like, boost
    from_id        BIGINT NOT NULL,
    post_id        BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX notification_once ON notification (account_id, kind, from_id, post_id);
CREATE INDEX notification_account ON notification (account_id, id);
CREATE INDEX notification_post ON notification (post_id) WHERE post_id <> 0;

-- document (package federation/remote): accepted JSON as it came, and ours as it was proven, byte for byte.
CREATE TABLE document (
    subject_id     BIGINT NOT NULL,    -- of the account, post, boost…
    form           TEXT NOT NULL,      -- actor, post
    body           BYTEA NOT NULL,
    saved_at       BIGINT NOT NULL,
    PRIMARY KEY (subject_id, form)
) /* clustered */;

-- host (package federation/delivery): what we have learned of another server.
CREATE TABLE host (
    name           TEXT PRIMARY KEY,
    signature      TEXT NOT NULL,      -- rfc9421 once it is known to take it, cavage once known not to
    failures       BIGINT NOT NULL,    -- in a row
    first_failed_at BIGINT NOT NULL,
    succeeded_at   BIGINT NOT NULL,
    last_error     TEXT NOT NULL,
    closed_until   BIGINT NOT NULL     -- the breaker
);

-- activity, delivery (package federation/delivery): one activity to one inbox, patiently.
CREATE TABLE activity (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,    -- who signs
    uri            TEXT NOT NULL,
    body           BYTEA NOT NULL,     -- proven bytes, stored once
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX activity_uri ON activity (uri);
CREATE INDEX activity_created ON activity (created_at);

CREATE TABLE delivery (
    id             BIGINT PRIMARY KEY,
    activity_id    BIGINT NOT NULL,
    host           TEXT NOT NULL,
    inbox          TEXT NOT NULL,
    state          TEXT NOT NULL,      -- due, done, refused, gone, abandoned
    lane           BOOLEAN NOT NULL,   -- the host's lane sends it; else the job that made it does
    attempts       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    settled_at     BIGINT NOT NULL,
    error          TEXT NOT NULL
);
CREATE INDEX delivery_due ON delivery (host, id) WHERE state = 'due';
CREATE UNIQUE INDEX delivery_activity ON delivery (activity_id, inbox);

-- seen (package federation/inbox): activities accepted before; asked only after their authority is established.
CREATE TABLE seen (
    uri            TEXT PRIMARY KEY,
    seen_at        BIGINT NOT NULL
) /* clustered */;
CREATE INDEX seen_at ON seen (seen_at);

-- incoming (package federation/inbox): activities that are kept until what they need has been fetched.
CREATE TABLE incoming (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,    -- who signed
    body           BYTEA NOT NULL,
    received_at    BIGINT NOT NULL
);
