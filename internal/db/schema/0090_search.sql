-- search_open, search_kept, search_person (package search): the words of posts and people, for full text. A post that
-- everyone may see stands in the first, any other in the second. rowid is the id of the post or account; the words are
-- cut, folded and stemmed by the program, with @ID for the author and +thing for what a post has.
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

-- search_due (package search): what changed since its words were taken.
CREATE TABLE search_due (
    person         BOOLEAN NOT NULL,
    id             BIGINT NOT NULL,    -- of a post or an account
    noted_at       BIGINT NOT NULL,    -- of the change
    PRIMARY KEY (person, id)
) /* clustered */;
INSERT INTO search_due (person, id, noted_at) SELECT FALSE, id, 0 FROM post;
INSERT INTO search_due (person, id, noted_at) SELECT TRUE, id, 0 FROM account WHERE gone_at = 0;
