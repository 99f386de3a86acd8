-- file_space (package file): what a person's files are allowed and take up. Whoever changes a tree locks its row first.
CREATE TABLE file_space (
    owner_id       BIGINT PRIMARY KEY,
    home_id        BIGINT NOT NULL,    -- the folder in which their tree begins
    trash_id       BIGINT NOT NULL,    -- and the one of what was thrown away
    quota          BIGINT NOT NULL,    -- bytes, -1 for no bound
    versions_size  BIGINT NOT NULL     -- of what files were before
);

-- file_node (package file): folders and files, a tree for each person.
CREATE TABLE file_node (
    id             BIGINT PRIMARY KEY, -- for life: of what is moved, renamed, replaced or thrown away too
    number         BIGINT NOT NULL,    -- the same in 31 bits, for clients that count so
    owner_id       BIGINT NOT NULL,
    parent_id      BIGINT NOT NULL,    -- 0 for a person's home and trash
    name           TEXT NOT NULL,      -- as it was sent
    folded         TEXT NOT NULL,      -- by which it clashes with what stands beside it
    folder         BOOLEAN NOT NULL,
    blob           TEXT NOT NULL,      -- hash of what it holds, '' for a folder
    size           BIGINT NOT NULL,    -- bytes; of a folder all that is below it
    mime           TEXT NOT NULL,
    checksums      TEXT NOT NULL,      -- as in SHA1:ab… MD5:cd…
    etag           BIGINT NOT NULL,    -- another one whenever it, or anything below it, changes
    favorite       BOOLEAN NOT NULL,
    modified_at    BIGINT NOT NULL,    -- as its owner's device says
    made_at        BIGINT NOT NULL,    -- the same, 0 where it does not say
    uploaded_at    BIGINT NOT NULL
);
CREATE UNIQUE INDEX file_node_place ON file_node (parent_id, folded);
CREATE UNIQUE INDEX file_node_number ON file_node (number);
CREATE INDEX file_node_blob ON file_node (blob);
CREATE INDEX file_node_favorite ON file_node (owner_id) WHERE favorite;

-- file_number (package file): the next number of a node. A process takes many at once.
CREATE TABLE file_number (
    id             BIGINT PRIMARY KEY, -- 1
    next           BIGINT NOT NULL
);
INSERT INTO file_number (id, next) VALUES (1, 1);

-- file_version (package file): what a file was before it was replaced.
CREATE TABLE file_version (
    id             BIGINT PRIMARY KEY,
    node_id        BIGINT NOT NULL,
    owner_id       BIGINT NOT NULL,
    blob           TEXT NOT NULL,
    size           BIGINT NOT NULL,
    mime           TEXT NOT NULL,
    checksums      TEXT NOT NULL,
    modified_at    BIGINT NOT NULL,
    kept_at        BIGINT NOT NULL     -- when something else took its place
);
CREATE INDEX file_version_node ON file_version (node_id, id);
CREATE INDEX file_version_blob ON file_version (blob);

-- file_trash (package file): where what lies in the trash came from.
CREATE TABLE file_trash (
    node_id        BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    name           TEXT NOT NULL,      -- before it was thrown away
    path           TEXT NOT NULL,      -- of the folder it was in, from the person's own
    parent_id      BIGINT NOT NULL,    -- that folder
    deleted_at     BIGINT NOT NULL
);
CREATE INDEX file_trash_owner ON file_trash (owner_id, deleted_at);

-- file_property (package file): what clients say about a node and we do not understand (RFC 4918 §4).
CREATE TABLE file_property (
    node_id        BIGINT NOT NULL,
    name           TEXT NOT NULL,      -- namespace, a space, local name
    value          TEXT NOT NULL,      -- the element as it came
    PRIMARY KEY (node_id, name)
) /* clustered */;
