-- webmention (package mention): pages of other sites that say something about a post here.
CREATE TABLE webmention (
    id             BIGINT PRIMARY KEY,
    source         TEXT NOT NULL,      -- the page
    target         TEXT NOT NULL,      -- the post, as the page links to it
    host           TEXT NOT NULL,      -- of source
    post_id        BIGINT NOT NULL,
    owner_id       BIGINT NOT NULL,    -- the author of the post, who decides
    state          TEXT NOT NULL,      -- new, waiting, shown, declined
    due            BOOLEAN NOT NULL,   -- the page is to be looked at
    kind           TEXT NOT NULL,      -- reply, like, repost, mention
    name           TEXT NOT NULL,      -- of who says it, as the page has it
    url            TEXT NOT NULL,      -- their page, '' for none
    text           TEXT NOT NULL,      -- plain words, '' for a like
    language       TEXT NOT NULL,
    said_at        BIGINT NOT NULL,
    asked_at       BIGINT NOT NULL,    -- when somebody last said that there is something
    tries          BIGINT NOT NULL
);
CREATE UNIQUE INDEX webmention_pair ON webmention (source, post_id);
CREATE INDEX webmention_post ON webmention (post_id, id);
CREATE INDEX webmention_owner ON webmention (owner_id, state, id);
CREATE INDEX webmention_due ON webmention (host) WHERE due;

-- webmention_sent (package webmention): pages elsewhere that are told of a post here that links to them.
CREATE TABLE webmention_sent (
    post_id        BIGINT NOT NULL,
    target         TEXT NOT NULL,
    source         TEXT NOT NULL,      -- the page of the post
    linked         BOOLEAN NOT NULL,   -- false: the post linked there once
    state          TEXT NOT NULL,      -- due, told, none (no way to tell), refused, abandoned
    stale_at       BIGINT NOT NULL,    -- when there was last something to tell
    failed_since   BIGINT NOT NULL,
    PRIMARY KEY (post_id, target)
) /* clustered */;
