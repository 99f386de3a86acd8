-- To whom an album is shown beside its owner, and what others see of it.
ALTER TABLE album ADD COLUMN post_id BIGINT NOT NULL DEFAULT 0;        -- the post that shows it, 0 for none
ALTER TABLE album ADD COLUMN shown BOOLEAN NOT NULL DEFAULT FALSE;     -- to anybody beside its owner
ALTER TABLE album ADD COLUMN tells BOOLEAN NOT NULL DEFAULT FALSE;     -- its pictures say when and where they were taken
ALTER TABLE album ADD COLUMN stale BIGINT NOT NULL DEFAULT 0;          -- how often something changed that others do not see yet
CREATE INDEX album_post ON album (post_id) WHERE post_id <> 0;
CREATE INDEX album_stale ON album (id) WHERE stale <> 0;

-- album_piece (package album): what was made of a photo for those to whom the album is shown.
CREATE TABLE album_piece (
    album_id       BIGINT NOT NULL,
    node_id        BIGINT NOT NULL,
    content        TEXT NOT NULL,      -- hash of what it was made of
    tells          BOOLEAN NOT NULL,   -- it says when and where
    media_id       BIGINT NOT NULL,    -- the medium, 0 where none can be made
    PRIMARY KEY (album_id, node_id)
) /* clustered */;
CREATE INDEX album_piece_node ON album_piece (node_id);

-- album_front (package album): the pictures of an album that its post shows.
CREATE TABLE album_front (
    album_id       BIGINT NOT NULL,
    node_id        BIGINT NOT NULL,
    content        TEXT NOT NULL,
    media_id       BIGINT NOT NULL,    -- of the post
    PRIMARY KEY (album_id, node_id)
) /* clustered */;
CREATE INDEX album_front_node ON album_front (node_id);

-- album_person (package album): who lives here and is shown an album.
CREATE TABLE album_person (
    album_id       BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    adds           BOOLEAN NOT NULL,   -- and may put photos of their own into it
    PRIMARY KEY (album_id, account_id)
) /* clustered */;
CREATE INDEX album_person_account ON album_person (account_id, album_id);

-- album_link (package album): a link by which people without an account see an album. The link is made from the id and a key of the home, so nothing here opens anything.
CREATE TABLE album_link (
    id             BIGINT PRIMARY KEY,
    album_id       BIGINT NOT NULL,
    label          TEXT NOT NULL,      -- for whom, as the owner puts it
    password       TEXT NOT NULL,      -- argon2id of the one that must be said first; '' for none
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL     -- 0 for never
);
CREATE INDEX album_link_album ON album_link (album_id, id);
