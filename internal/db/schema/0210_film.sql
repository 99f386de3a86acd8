-- film (package film): what is made of a video among people's files so that it plays everywhere, once for equal content.
CREATE TABLE film (
    content        TEXT PRIMARY KEY,
    state          TEXT NOT NULL,      -- due, ready or none
    why            TEXT NOT NULL,      -- key of the sentence that says why there is nothing
    tries          BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,    -- not to be worked on before
    percent        BIGINT NOT NULL,    -- how much of the work is done
    seconds        DOUBLE PRECISION NOT NULL,
    width          BIGINT NOT NULL,    -- pixels, as it is shown
    height         BIGINT NOT NULL,
    poster_blob    TEXT NOT NULL       -- hash of a picture of it, '' for none yet
);
CREATE INDEX film_due ON film (due_at) WHERE state = 'due';
CREATE INDEX film_poster ON film (poster_blob) WHERE poster_blob <> '';

-- film_rendition (package film): a video in one size, in pieces of one file (RFC 8216).
CREATE TABLE film_rendition (
    content        TEXT NOT NULL,
    name           TEXT NOT NULL,      -- as in 720
    width          BIGINT NOT NULL,
    height         BIGINT NOT NULL,
    bandwidth      BIGINT NOT NULL,    -- bits a second, of its most demanding piece
    codecs         TEXT NOT NULL,      -- RFC 6381
    playlist       TEXT NOT NULL,
    blob           TEXT NOT NULL,
    size           BIGINT NOT NULL,
    PRIMARY KEY (content, name)
) /* clustered */;
CREATE INDEX film_rendition_blob ON film_rendition (blob);
