-- page (package page): the pages of a person's site. Their pictures are media attached to the page's id.
CREATE TABLE page (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    kind           TEXT NOT NULL,      -- text, contact
    slug           TEXT NOT NULL,      -- the last step of its address, in normal form
    title          TEXT NOT NULL,
    label          TEXT NOT NULL,      -- in the menu; '' is the title
    text           TEXT NOT NULL,      -- Markdown
    language       TEXT NOT NULL,      -- BCP 47
    position       BIGINT NOT NULL,    -- in the menu, from the first
    listed         BOOLEAN NOT NULL,   -- stands in the menu
    draft          BOOLEAN NOT NULL,   -- its owner alone sees it
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX page_slug ON page (account_id, slug);
CREATE INDEX page_order ON page (account_id, position, id);

-- page_moved (package page): addresses below a person's site that lead to another, or say that what was there is gone.
CREATE TABLE page_moved (
    account_id     BIGINT NOT NULL,
    path           TEXT NOT NULL,      -- below the site, in normal form
    page_id        BIGINT NOT NULL,    -- the page that moved; 0 for none
    target         TEXT NOT NULL,      -- another path below the site; '' with page 0: gone
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (account_id, path)
);
CREATE INDEX page_moved_page ON page_moved (page_id) WHERE page_id <> 0;

-- site (package page): how a person's site looks as a whole. No row is as it comes.
CREATE TABLE site (
    account_id     BIGINT PRIMARY KEY,
    front          TEXT NOT NULL,      -- JSON list of what stands on the front page; '[]' is the profile
    lettering      TEXT NOT NULL,      -- reading, plain, round, typed
    width          TEXT NOT NULL,      -- narrow, usual, wide
    scheme         TEXT NOT NULL,      -- light, dark; '' follows the reader
    missing        TEXT NOT NULL,      -- Markdown said where nothing is; '' is what the house says
    updated_at     BIGINT NOT NULL
);
