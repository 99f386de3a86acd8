-- roster_line (package roster): whom somebody followed elsewhere, as a file of theirs lists them; one file a person.
CREATE TABLE roster_line (
    id             BIGINT PRIMARY KEY, -- in the order of the file
    account_id     BIGINT NOT NULL,    -- who brought it
    name           TEXT NOT NULL,
    handle         TEXT NOT NULL,      -- name@host, '' where the file tells none
    page           TEXT NOT NULL,
    feed           TEXT NOT NULL,
    state          TEXT NOT NULL,      -- waiting, person, feed, lost, chosen, followed
    found_id       BIGINT NOT NULL     -- the account it led to; 0 for none
);
CREATE INDEX roster_line_account ON roster_line (account_id, id);
