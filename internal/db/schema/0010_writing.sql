-- Articles, edits, rights, what stays on this home, and what is pinned.

-- post (package post)
ALTER TABLE post ADD COLUMN words BIGINT NOT NULL DEFAULT 0;         -- of the whole text, where that is in post_body and html is its beginning
ALTER TABLE post ADD COLUMN rights TEXT NOT NULL DEFAULT '';         -- what others may do with it, as account.Rights; '' is reserved of ours, untold of others
ALTER TABLE post ADD COLUMN here_only BOOLEAN NOT NULL DEFAULT FALSE; -- it stays on this home's pages
ALTER TABLE post ADD COLUMN pinned_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX post_pinned ON post (author_id, pinned_at) WHERE pinned_at <> 0;

-- the whole of an article, which lists never read.
CREATE TABLE post_body (
    post_id        BIGINT PRIMARY KEY,
    summary        TEXT NOT NULL,      -- as its author wrote it, plain
    text           TEXT NOT NULL,      -- Markdown of ours
    html           TEXT NOT NULL,      -- as rendered, or as received and sanitized; pictures by medium:ID
    clean          BIGINT NOT NULL,    -- version of the sanitizer html went through
    contents       TEXT NOT NULL       -- JSON list of headings
);

-- what an edited post said before; id carries the time it stopped saying so.
CREATE TABLE post_revision (
    id             BIGINT PRIMARY KEY,
    post_id        BIGINT NOT NULL,
    said_at        BIGINT NOT NULL,    -- since when it had said that
    title          TEXT NOT NULL,
    warning        TEXT NOT NULL,
    sensitive      BOOLEAN NOT NULL,
    language       TEXT NOT NULL,
    summary        TEXT NOT NULL,
    text           TEXT NOT NULL,
    html           TEXT NOT NULL,      -- what lists showed
    body           TEXT NOT NULL,      -- the whole of an article
    clean          BIGINT NOT NULL,
    words          BIGINT NOT NULL,
    rights         TEXT NOT NULL,
    media          TEXT NOT NULL       -- JSON list of media with their descriptions
);
CREATE INDEX post_revision_post ON post_revision (post_id, id);

-- preference, account (package account)
ALTER TABLE preference ADD COLUMN rights TEXT NOT NULL DEFAULT 'reserved'; -- of what one posts, unless a post says otherwise
ALTER TABLE account ADD COLUMN featured_uri TEXT NOT NULL DEFAULT '';      -- the collection of pinned posts of one who lives elsewhere
