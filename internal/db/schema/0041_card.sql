-- card, post_card (package media): what is known of a page that a post links to.

CREATE TABLE card (
    id             BIGINT PRIMARY KEY,
    url            TEXT NOT NULL,      -- of the page, as the link has it
    post_id        BIGINT NOT NULL,    -- of the one post it came with; 0 for what this home looked at, for all posts
    state          TEXT NOT NULL,      -- due, ready, none
    title          TEXT NOT NULL,      -- plain text
    description    TEXT NOT NULL,      -- plain text
    language       TEXT NOT NULL,
    media_id       BIGINT NOT NULL,    -- its picture; 0 for none
    published_at   BIGINT NOT NULL,
    tries          BIGINT NOT NULL,
    looked_at      BIGINT NOT NULL     -- or made, while it is due
);
CREATE UNIQUE INDEX card_url ON card (url) WHERE post_id = 0;
CREATE INDEX card_post ON card (post_id) WHERE post_id <> 0;
CREATE INDEX card_due ON card (id) WHERE state = 'due';
CREATE INDEX card_media ON card (media_id) WHERE media_id <> 0;
CREATE INDEX card_looked ON card (looked_at);

CREATE TABLE post_card (
    post_id        BIGINT PRIMARY KEY,
    card_id        BIGINT NOT NULL
) /* clustered */;
CREATE INDEX post_card_card ON post_card (card_id);
