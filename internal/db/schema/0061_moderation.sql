-- filter and its parts (package moderation): words and posts that one does not want to see.
CREATE TABLE filter (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    title          TEXT NOT NULL,
    places         TEXT NOT NULL,      -- JSON list: home, notifications, public, thread, account
    action         TEXT NOT NULL,      -- warn, hide, blur
    expires_at     BIGINT NOT NULL,    -- 0: when it is taken back
    created_at     BIGINT NOT NULL
);
CREATE INDEX filter_account ON filter (account_id, id);

CREATE TABLE filter_keyword (
    id             BIGINT PRIMARY KEY,
    filter_id      BIGINT NOT NULL,
    keyword        TEXT NOT NULL,
    whole_word     BOOLEAN NOT NULL
);
CREATE INDEX filter_keyword_filter ON filter_keyword (filter_id, id);

CREATE TABLE filter_post (
    id             BIGINT PRIMARY KEY,
    filter_id      BIGINT NOT NULL,
    post_id        BIGINT NOT NULL
);
CREATE UNIQUE INDEX filter_post_pair ON filter_post (filter_id, post_id);

-- conversations whose answers one does not want to be told of (package moderation).
CREATE TABLE thread_mute (
    account_id     BIGINT NOT NULL,
    thread_id      BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (account_id, thread_id)
) /* clustered */;
CREATE INDEX thread_mute_thread ON thread_mute (thread_id);

-- restriction (package moderation): what is held back from somebody who lives here, and why. They see each.
CREATE TABLE restriction (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    kind           TEXT NOT NULL,      -- posting, rate, sign_in, picture, hidden
    reason         TEXT NOT NULL,      -- in the words of who placed it, '' for the program's own
    subject        TEXT NOT NULL,      -- what it is about, such as a post's address
    by_id          BIGINT NOT NULL,    -- 0: the program itself
    times          BIGINT NOT NULL,    -- how often it came about
    created_at     BIGINT NOT NULL,
    last_at        BIGINT NOT NULL,
    ended_at       BIGINT NOT NULL     -- 0: it holds; what only happened ends as it begins
);
CREATE INDEX restriction_account ON restriction (account_id, id);
CREATE INDEX restriction_posting ON restriction (account_id) WHERE kind = 'posting' AND ended_at = 0;

-- host_policy (package moderation): what this home does not take from a server. Everybody can read them.
CREATE TABLE host_policy (
    host           TEXT PRIMARY KEY,   -- in normal form; what lies below is meant too
    action         TEXT NOT NULL,      -- silence, suspend
    reason         TEXT NOT NULL,
    by_id          BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);

-- hidden_item (package timeline): what would have come into a home stream and was kept out of sight; as home_item.
CREATE TABLE hidden_item (
    reader_id      BIGINT NOT NULL,
    id             BIGINT NOT NULL,
    post_id        BIGINT NOT NULL,
    boost_id       BIGINT NOT NULL,
    by_id          BIGINT NOT NULL,
    why            TEXT NOT NULL,      -- mute, host, boosts
    PRIMARY KEY (reader_id, id)
) /* clustered */;
CREATE INDEX hidden_item_post ON hidden_item (post_id);
CREATE INDEX hidden_item_id ON hidden_item (id);

-- why one is not told of it, '' where they are.
ALTER TABLE notification ADD COLUMN hidden TEXT NOT NULL DEFAULT '';
