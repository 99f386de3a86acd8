-- search_open, search_kept, search_person, search_page (package search): the words of posts, people and pages, for full
-- text. A post that everyone may see stands in the first, any other in the second. rowid is the id of the post, account or
-- page; the words are cut, folded and stemmed by the program, with @ID for who wrote it and +thing for what a post has.
CREATE TABLE search_open (
    rowid          BIGINT PRIMARY KEY,
    words          TSVECTOR NOT NULL
) /* full text */;
CREATE INDEX search_open_words ON search_open USING gin (words);

CREATE TABLE search_kept (
    rowid          BIGINT PRIMARY KEY,
    words          TSVECTOR NOT NULL
) /* full text */;
CREATE INDEX search_kept_words ON search_kept USING gin (words);

CREATE TABLE search_person (
    rowid          BIGINT PRIMARY KEY,
    words          TSVECTOR NOT NULL
) /* full text */;
CREATE INDEX search_person_words ON search_person USING gin (words);

CREATE TABLE search_page (
    rowid          BIGINT PRIMARY KEY,
    words          TSVECTOR NOT NULL
) /* full text */;
CREATE INDEX search_page_words ON search_page USING gin (words);

-- search_due (package search): what changed since its words were taken.
CREATE TABLE search_due (
    kind           TEXT NOT NULL,      -- post, person, or pages: all of a person's
    id             BIGINT NOT NULL,    -- of the post or account
    noted_at       BIGINT NOT NULL,    -- of the change
    PRIMARY KEY (kind, id)
) /* clustered */;
INSERT INTO search_due (kind, id, noted_at) SELECT 'post', id, 0 FROM post;
INSERT INTO search_due (kind, id, noted_at) SELECT 'person', id, 0 FROM account WHERE gone_at = 0;
