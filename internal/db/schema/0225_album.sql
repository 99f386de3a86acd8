-- album (package album): photos that belong together, chosen one by one, or those of a folder.
CREATE TABLE album (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    title          TEXT NOT NULL,
    folded         TEXT NOT NULL,      -- by which it clashes with the owner's others
    words          TEXT NOT NULL,      -- what its owner says of it
    place          TEXT NOT NULL,      -- where it was, as a phone says it; its owner's alone
    cover          BIGINT NOT NULL,    -- the photo that stands for it, by its file; 0 for the first
    by_date        BOOLEAN NOT NULL,   -- or in the order that was chosen
    folder_id      BIGINT NOT NULL,    -- the folder that it follows, 0 for none
    made_at        BIGINT NOT NULL,
    changed_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX album_name ON album (owner_id, folded);
CREATE INDEX album_folder ON album (folder_id) WHERE folder_id <> 0;

-- album_photo (package album): what was chosen for an album. A file that lies in the trash stays, and shows again when it comes back.
CREATE TABLE album_photo (
    album_id       BIGINT NOT NULL,
    node_id        BIGINT NOT NULL,    -- the file, which may be another's than the album
    by_id          BIGINT NOT NULL,    -- who chose it
    place          BIGINT NOT NULL,    -- by which they are in order
    alt            TEXT NOT NULL,      -- what it shows, for who does not see it
    PRIMARY KEY (album_id, node_id)
) /* clustered */;
CREATE INDEX album_photo_node ON album_photo (node_id);
