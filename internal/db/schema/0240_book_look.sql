-- How devices show a book, and what they need to be told only what changed.
ALTER TABLE book ADD COLUMN color TEXT NOT NULL DEFAULT '';
ALTER TABLE book ADD COLUMN position BIGINT NOT NULL DEFAULT 0;
ALTER TABLE book ADD COLUMN known_since BIGINT NOT NULL DEFAULT 0; -- which entries went before this state is not known

-- book_gone (package book): entries that were deleted, so that devices forget them too.
CREATE TABLE book_gone (
    book_id        BIGINT NOT NULL,
    name           TEXT NOT NULL,
    state          BIGINT NOT NULL,    -- that its deletion made
    PRIMARY KEY (book_id, name)
) /* clustered */;
