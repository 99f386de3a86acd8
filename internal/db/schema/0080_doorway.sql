-- home (package account): how one comes to live here, and what the home says of itself.
ALTER TABLE home ADD COLUMN joining TEXT NOT NULL DEFAULT 'closed';      -- closed, invited, asked
ALTER TABLE home ADD COLUMN all_invite BOOLEAN NOT NULL DEFAULT FALSE;   -- everybody here may invite, not the keeper alone
ALTER TABLE home ADD COLUMN inward BOOLEAN NOT NULL DEFAULT FALSE;       -- nothing goes to other servers or comes from them
ALTER TABLE home ADD COLUMN about TEXT NOT NULL DEFAULT '';              -- plain text
ALTER TABLE home ADD COLUMN rules TEXT NOT NULL DEFAULT '';              -- plain text, one a line

ALTER TABLE preference ADD COLUMN listed BOOLEAN NOT NULL DEFAULT FALSE; -- on the front page of a home of several

-- credential, session, oauth_token (package auth).
ALTER TABLE credential ADD COLUMN invitation_id BIGINT NOT NULL DEFAULT 0; -- by which they came; 0 for none
ALTER TABLE credential ADD COLUMN paused_at BIGINT NOT NULL DEFAULT 0;     -- since when they may read but not act; 0 for not
ALTER TABLE credential ADD COLUMN paused_why TEXT NOT NULL DEFAULT '';     -- as they are told
ALTER TABLE credential ADD COLUMN leaves_at BIGINT NOT NULL DEFAULT 0;     -- when the account ends; 0 for never
ALTER TABLE session ADD COLUMN way TEXT NOT NULL DEFAULT 'password';       -- or passkey, or link
ALTER TABLE oauth_token ADD COLUMN agent TEXT NOT NULL DEFAULT '';         -- of its last use
ALTER TABLE oauth_token ADD COLUMN address TEXT NOT NULL DEFAULT '';       -- of its last use

-- invitation (package auth): a link to move in by. The link is made from the id and a key of the home, so nothing here opens anything.
CREATE TABLE invitation (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,    -- who invites
    note           TEXT NOT NULL,      -- for whom, as who invites put it
    email_folded   TEXT NOT NULL,      -- for this address alone; '' for anybody who has the link
    uses           BIGINT NOT NULL,    -- how many may move in by it
    used           BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL,
    ended_at       BIGINT NOT NULL     -- taken back; 0 for not
);
CREATE INDEX invitation_account ON invitation (account_id, id);

-- applicant (package auth): those before the door. Who was refused or had to leave is told why, on saying the password.
CREATE TABLE applicant (
    id             BIGINT PRIMARY KEY, -- of the account that they will have, or had
    state          TEXT NOT NULL,      -- asked, refused, removed
    name           TEXT NOT NULL,
    name_folded    TEXT NOT NULL,
    display_name   TEXT NOT NULL,
    email          TEXT NOT NULL,
    email_folded   TEXT NOT NULL,
    password_hash  TEXT NOT NULL,
    hue            BIGINT NOT NULL,
    visibility     TEXT NOT NULL,
    language       TEXT NOT NULL,
    reason         TEXT NOT NULL,      -- why they ask
    answer         TEXT NOT NULL,      -- why not
    created_at     BIGINT NOT NULL,
    answered_at    BIGINT NOT NULL     -- 0 while they wait
);
CREATE UNIQUE INDEX applicant_name ON applicant (name_folded);
CREATE UNIQUE INDEX applicant_email ON applicant (email_folded) WHERE email_folded <> '';
CREATE INDEX applicant_state ON applicant (state, id);

-- passkey (package auth): what a device or a password manager holds the private half of (WebAuthn §4).
CREATE TABLE passkey (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    credential_id  BYTEA NOT NULL,     -- as the authenticator names it
    credential     TEXT NOT NULL,      -- JSON: public key, counter, flags
    name           TEXT NOT NULL,      -- as its owner calls it
    created_at     BIGINT NOT NULL,
    used_at        BIGINT NOT NULL     -- 0 for never
);
CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id);
CREATE INDEX passkey_account ON passkey (account_id, id);

-- challenge (package auth): what a passkey was asked to sign, for a few minutes, once.
CREATE TABLE challenge (
    token_hash     BYTEA PRIMARY KEY,
    account_id     BIGINT NOT NULL,    -- who adds a passkey; 0 for somebody at the door
    session_id     BIGINT NOT NULL,    -- in which browser; 0 at the door
    data           TEXT NOT NULL,      -- JSON of the ceremony
    expires_at     BIGINT NOT NULL
);
CREATE INDEX challenge_expires ON challenge (expires_at);

-- reset (package auth): a link by which one who lost the password chooses a new one.
CREATE TABLE reset (
    token_hash     BYTEA PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    expires_at     BIGINT NOT NULL
);
CREATE INDEX reset_account ON reset (account_id);
