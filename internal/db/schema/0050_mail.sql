-- letter (package mail): what a mail says, once for all who are sent it.
CREATE TABLE letter (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,    -- in whose name; 0 is the home itself
    kind           TEXT NOT NULL,      -- comment, shown, follow, digest, test
    language       TEXT NOT NULL,
    sender         TEXT NOT NULL,      -- the name it comes from
    subject        TEXT NOT NULL,
    text           TEXT NOT NULL,
    html           TEXT NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE INDEX letter_created ON letter (created_at);

-- mail (package mail): a letter to one address, tried patiently.
CREATE TABLE mail (
    id             BIGINT PRIMARY KEY, -- its Message-ID, so that one sent twice is known as one
    letter_id      BIGINT NOT NULL,
    address        TEXT NOT NULL,
    folded         TEXT NOT NULL,
    way            TEXT NOT NULL,      -- the page that ends letters of this kind; '' for one that was asked for once
    state          TEXT NOT NULL,      -- due, done, refused, abandoned
    attempts       BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    settled_at     BIGINT NOT NULL,
    error          TEXT NOT NULL       -- as the other mail server said it
);
CREATE INDEX mail_due ON mail (due_at, id) WHERE state = 'due';
CREATE INDEX mail_folded ON mail (folded, created_at);
CREATE INDEX mail_letter ON mail (letter_id);
CREATE INDEX mail_settled ON mail (settled_at) WHERE state <> 'due';

-- mail_block (package mail): addresses that are sent nothing any more.
CREATE TABLE mail_block (
    folded         TEXT PRIMARY KEY,
    cause          TEXT NOT NULL,      -- bounced: it does not exist; asked: its owner wants no mail of this home
    reason         TEXT NOT NULL,      -- as the other mail server said it
    created_at     BIGINT NOT NULL
);

-- mail_once (package mail): one confirming mail for each address, purpose and day.
CREATE TABLE mail_once (
    folded         TEXT NOT NULL,
    purpose        TEXT NOT NULL,
    day            BIGINT NOT NULL,    -- days since 1970, UTC
    PRIMARY KEY (folded, purpose, day)
) /* clustered */;
CREATE INDEX mail_once_day ON mail_once (day);
