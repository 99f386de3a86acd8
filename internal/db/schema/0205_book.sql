-- book (package book): an address book or a calendar, as somebody's devices sync it.
CREATE TABLE book (
    id             BIGINT PRIMARY KEY,
    owner_id       BIGINT NOT NULL,
    kind           TEXT NOT NULL,      -- contacts or dates
    slug           TEXT NOT NULL,      -- its part of the address
    title          TEXT NOT NULL,
    description    TEXT NOT NULL,
    state          BIGINT NOT NULL,    -- another one whenever an entry changes
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX book_place ON book (owner_id, kind, slug);

-- book_entry (package book): a person or a date in one, in the words of the device that wrote it.
CREATE TABLE book_entry (
    book_id        BIGINT NOT NULL,
    name           TEXT NOT NULL,      -- its part of the address
    uid            TEXT NOT NULL,      -- by which devices know it again
    state          BIGINT NOT NULL,    -- another one whenever it changes
    body           TEXT NOT NULL,      -- vCard or iCalendar
    modified_at    BIGINT NOT NULL,
    PRIMARY KEY (book_id, name)
) /* clustered */;
CREATE UNIQUE INDEX book_entry_uid ON book_entry (book_id, uid);
