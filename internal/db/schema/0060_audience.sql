-- circle, circle_member (package relationship): groups of people that their owner writes to.
CREATE TABLE circle (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    name           TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE INDEX circle_owner ON circle (owner_id, id);

CREATE TABLE circle_member (
    circle_id      BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    since          BIGINT NOT NULL,
    PRIMARY KEY (circle_id, account_id)
) /* clustered */;
CREATE INDEX circle_member_account ON circle_member (account_id);

-- list, list_member (package relationship): groups of people that their owner reads together.
CREATE TABLE list (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    title          TEXT NOT NULL,
    replies        TEXT NOT NULL,      -- whose answers to others it shows: followed, list, none
    exclusive      BOOLEAN NOT NULL,   -- its people are left out of the home stream
    created_at     BIGINT NOT NULL
);
CREATE INDEX list_owner ON list (owner_id, id);

CREATE TABLE list_member (
    list_id        BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    since          BIGINT NOT NULL,
    PRIMARY KEY (list_id, account_id)
) /* clustered */;
CREATE INDEX list_member_account ON list_member (account_id);

-- mute, host_block (package relationship): whom, and which servers, one does not want to see.
CREATE TABLE mute (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    target_id      BIGINT NOT NULL,
    notifications  BOOLEAN NOT NULL,   -- what they do is not told either
    expires_at     BIGINT NOT NULL,    -- 0: when it is taken back
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX mute_pair ON mute (account_id, target_id);
CREATE INDEX mute_account ON mute (account_id, id);
CREATE INDEX mute_target ON mute (target_id);

CREATE TABLE host_block (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    host           TEXT NOT NULL,      -- in normal form
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX host_block_pair ON host_block (account_id, host);
CREATE INDEX host_block_account ON host_block (account_id, id);
CREATE INDEX host_block_host ON host_block (host);

-- members of a post's circle may see it and are named to nobody.
ALTER TABLE post_audience ADD COLUMN circle BOOLEAN NOT NULL DEFAULT FALSE;

-- what came to the inbox of one who lives here rather than to that of all.
ALTER TABLE incoming ADD COLUMN to_id BIGINT NOT NULL DEFAULT 0;
