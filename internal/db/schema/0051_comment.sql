-- guest (package comment): somebody who comments without an account, known by a mail address that was confirmed.
CREATE TABLE guest (
    id             BIGINT PRIMARY KEY,
    address        TEXT NOT NULL,
    folded         TEXT NOT NULL,
    name           TEXT NOT NULL,      -- as given last
    language       TEXT NOT NULL,
    confirmed_at   BIGINT NOT NULL,    -- 0 until the address was confirmed
    created_at     BIGINT NOT NULL
);
CREATE UNIQUE INDEX guest_folded ON guest (folded);

-- guest_trust (package comment): guests whose comments an owner need not look at any more.
CREATE TABLE guest_trust (
    guest_id       BIGINT NOT NULL,
    owner_id       BIGINT NOT NULL,
    created_at     BIGINT NOT NULL,
    PRIMARY KEY (guest_id, owner_id)
) /* clustered */;
CREATE INDEX guest_trust_owner ON guest_trust (owner_id);

-- comment (package comment): what a guest answered to a post for everyone.
CREATE TABLE comment (
    id             BIGINT PRIMARY KEY,
    post_id        BIGINT NOT NULL,    -- whose author decides
    owner_id       BIGINT NOT NULL,    -- that author
    below_post_id  BIGINT NOT NULL,    -- the post or reply it stands under
    below_id       BIGINT NOT NULL,    -- the comment there that it answers; 0 for the post itself
    guest_id       BIGINT NOT NULL,
    name           TEXT NOT NULL,
    text           TEXT NOT NULL,      -- plain words
    language       TEXT NOT NULL,
    state          TEXT NOT NULL,      -- asked, waiting, shown, hidden, declined, spam, withdrawn
    reason         TEXT NOT NULL,      -- why it is hidden
    tell           BOOLEAN NOT NULL,   -- the guest wants a mail once it is shown
    print          BIGINT NOT NULL,    -- fingerprint of its words
    created_at     BIGINT NOT NULL,
    decided_at     BIGINT NOT NULL
);
CREATE INDEX comment_below ON comment (below_post_id, id);
CREATE INDEX comment_post ON comment (post_id);
CREATE INDEX comment_owner ON comment (owner_id, state, id);
CREATE INDEX comment_guest ON comment (guest_id, id);
CREATE INDEX comment_print ON comment (print, created_at);
CREATE INDEX comment_state ON comment (state, created_at);

-- comment_choice (package comment): who may comment, as an owner has chosen.
CREATE TABLE comment_choice (
    account_id     BIGINT PRIMARY KEY,
    who            TEXT NOT NULL,      -- nobody, held, known
    rules          TEXT NOT NULL       -- what the owner asks of those who comment
);
