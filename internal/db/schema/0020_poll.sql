-- poll (package poll): a question with options; its id is that of its post.
CREATE TABLE poll (
    post_id        BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,    -- who asks
    local          BOOLEAN NOT NULL,
    multiple       BOOLEAN NOT NULL,   -- several options may be chosen
    hidden         BOOLEAN NOT NULL,   -- how many chose what is told after closing only
    voters         BIGINT NOT NULL,    -- -1 where another server does not tell
    closes_at      BIGINT NOT NULL,    -- 0 is never
    closed_at      BIGINT NOT NULL,    -- 0 while open; what was closed once stays closed whatever the clock says
    counted_at     BIGINT NOT NULL,    -- when the counts last changed, or were last asked of another server
    due            BOOLEAN NOT NULL    -- a job will tell other servers the counts
);
CREATE INDEX poll_open ON poll (closes_at) WHERE closed_at = 0 AND closes_at > 0;

CREATE TABLE poll_option (
    post_id        BIGINT NOT NULL,
    position       BIGINT NOT NULL,    -- from 0
    name           TEXT NOT NULL,
    votes          BIGINT NOT NULL,
    PRIMARY KEY (post_id, position)
) /* clustered */;

-- One row for each person who voted, and one for each option that person chose.
CREATE TABLE poll_voter (
    post_id        BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    voted_at       BIGINT NOT NULL,
    PRIMARY KEY (post_id, account_id)
) /* clustered */;

CREATE TABLE poll_vote (
    post_id        BIGINT NOT NULL,
    account_id     BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    PRIMARY KEY (post_id, account_id, position)
) /* clustered */;

ALTER TABLE post ADD COLUMN polled BOOLEAN NOT NULL DEFAULT FALSE;
