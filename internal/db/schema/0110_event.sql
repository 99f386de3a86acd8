-- page_event (package page): the dates of a calendar page. A day alone is '2026-11-25', a moment '2026-11-25T19:30', as clocks in zone show them.
CREATE TABLE page_event (
    id             BIGINT PRIMARY KEY,
    page_id        BIGINT NOT NULL,
    uid            TEXT NOT NULL,      -- by which other calendars know it for life
    title          TEXT NOT NULL,
    place          TEXT NOT NULL,
    text           TEXT NOT NULL,      -- Markdown
    begins         TEXT NOT NULL,
    ends           TEXT NOT NULL,      -- '' for none; of whole days the last
    zone           TEXT NOT NULL,      -- IANA time zone
    repeats        TEXT NOT NULL,      -- week, fortnight, month, weekday (of the month), year; '' for once
    until          TEXT NOT NULL,      -- the last day it may begin on; '' for ever
    skips          TEXT NOT NULL,      -- days it does not take place on, with spaces between
    cancelled      BOOLEAN NOT NULL,
    draft          BOOLEAN NOT NULL,   -- its owner alone sees it
    sequence       BIGINT NOT NULL,    -- of revisions, as other calendars count them
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);
CREATE INDEX page_event_page ON page_event (page_id, begins, id);
