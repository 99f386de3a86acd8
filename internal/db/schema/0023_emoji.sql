-- emoji (package emoji): small pictures of this home that stand for a word between colons.
CREATE TABLE emoji (
    id             BIGINT PRIMARY KEY, -- also holds its medium, as a draft does
    shortcode      TEXT NOT NULL,      -- without colons
    media_id       BIGINT NOT NULL,
    key            TEXT NOT NULL,      -- of the file shown
    mime           TEXT NOT NULL,
    category       TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX emoji_shortcode ON emoji (shortcode);
