-- account (package account): the domain of a person's own, once it is shown to lead here.
ALTER TABLE account ADD COLUMN domain TEXT NOT NULL DEFAULT ''; -- host in normal form
CREATE UNIQUE INDEX account_domain ON account (domain) WHERE domain <> '';

-- domain_claim (package account): what somebody says is theirs, until it is shown to lead here.
CREATE TABLE domain_claim (
    account_id     BIGINT PRIMARY KEY,
    host           TEXT NOT NULL,
    token          TEXT NOT NULL,      -- asked for at the domain
    answer         TEXT NOT NULL,      -- what only this home answers there
    problem        TEXT NOT NULL,      -- key of what the last check found; '' for none yet
    checked_at     BIGINT NOT NULL,
    created_at     BIGINT NOT NULL
);
