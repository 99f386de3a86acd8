-- media (package media): a sealed one is for its owner alone, also for who has its address.
ALTER TABLE media ADD COLUMN sealed BOOLEAN NOT NULL DEFAULT FALSE;

-- page (package page)
ALTER TABLE page ADD COLUMN cover BIGINT NOT NULL DEFAULT 0; -- the picture that links to it show; 0 the first, -1 none

-- page_picture (package page): what a picture of a page is called. Which there are, in which order, the media of the page's id tell.
CREATE TABLE page_picture (
    media_id       BIGINT PRIMARY KEY,
    page_id        BIGINT NOT NULL,
    title          TEXT NOT NULL
);
CREATE INDEX page_picture_page ON page_picture (page_id);
