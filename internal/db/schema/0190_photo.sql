-- photo (package photo): every picture and video among the files of people, by when it was taken.
CREATE TABLE photo (
    node_id        BIGINT PRIMARY KEY, -- the file
    number         BIGINT NOT NULL,    -- its own
    owner_id       BIGINT NOT NULL,
    folder_id      BIGINT NOT NULL,    -- it is in
    stem           TEXT NOT NULL,      -- its name without the ending, as names clash
    name           TEXT NOT NULL,
    content        TEXT NOT NULL,      -- hash of what it holds
    kind           TEXT NOT NULL,      -- image or video
    modified_at    BIGINT NOT NULL,
    taken_at       BIGINT NOT NULL,    -- by the clock of the place, as if that were UTC
    day            BIGINT NOT NULL,    -- the same as 20261231
    dated          TEXT NOT NULL,      -- by what: camera, name or file
    trashed        BOOLEAN NOT NULL,
    part_of        BIGINT NOT NULL,    -- the photo that stands for it, 0 where it stands for itself
    part           TEXT NOT NULL,      -- what it is to that one: copy, motion or burst
    shown          BOOLEAN NOT NULL,   -- on the pages of photos
    stale          BOOLEAN NOT NULL    -- what stands for what is to be found again
);
CREATE INDEX photo_timeline ON photo (owner_id, taken_at, node_id) WHERE shown;
CREATE INDEX photo_day ON photo (owner_id, day) WHERE shown;
CREATE INDEX photo_content ON photo (content, owner_id);
CREATE INDEX photo_folder ON photo (folder_id, stem);
CREATE INDEX photo_part ON photo (part_of) WHERE part_of <> 0;
CREATE INDEX photo_stale ON photo (node_id) WHERE stale;
CREATE UNIQUE INDEX photo_number ON photo (number);

-- photo_look (package photo): what a look at content found, once for equal content.
CREATE TABLE photo_look (
    content        TEXT PRIMARY KEY,
    kind           TEXT NOT NULL,      -- image or video, as its first name says
    state          TEXT NOT NULL,      -- due, ready or none
    why            TEXT NOT NULL,      -- key of the sentence that says why there is nothing to show
    tries          BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,    -- not to be looked at before
    format         TEXT NOT NULL,
    width          BIGINT NOT NULL,    -- pixels, upright
    height         BIGINT NOT NULL,
    seconds        DOUBLE PRECISION NOT NULL, -- of a video
    taken          TEXT NOT NULL,      -- as 2006-01-02T15:04:05, '' unknown
    zone           TEXT NOT NULL,      -- of that clock, as +02:00
    camera         TEXT NOT NULL,
    lens           TEXT NOT NULL,
    exposure       TEXT NOT NULL,
    aperture       DOUBLE PRECISION NOT NULL,
    iso            BIGINT NOT NULL,
    focal          DOUBLE PRECISION NOT NULL,
    located        BOOLEAN NOT NULL,
    latitude       DOUBLE PRECISION NOT NULL,
    longitude      DOUBLE PRECISION NOT NULL,
    place          TEXT NOT NULL,      -- as the file names it
    content_id     TEXT NOT NULL,      -- that the parts of a live photo share
    burst          TEXT NOT NULL,      -- that pictures of one burst share
    motion         BIGINT NOT NULL     -- bytes at the end that are its moving part
);
CREATE INDEX photo_look_due ON photo_look (due_at) WHERE state = 'due';
CREATE INDEX photo_look_content ON photo_look (content_id) WHERE content_id <> '';
CREATE INDEX photo_look_burst ON photo_look (burst) WHERE burst <> '';

-- photo_preview (package photo): smaller pictures of content, for screens. They say nothing but what they show.
CREATE TABLE photo_preview (
    content        TEXT NOT NULL,
    side           BIGINT NOT NULL,    -- the longer one is no longer
    blob           TEXT NOT NULL,      -- the smaller picture
    mime           TEXT NOT NULL,
    width          BIGINT NOT NULL,
    height         BIGINT NOT NULL,
    PRIMARY KEY (content, side)
) /* clustered */;
CREATE INDEX photo_preview_blob ON photo_preview (blob);
