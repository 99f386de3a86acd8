-- who decided that somebody is paused. What the keeper decides about one who lives here stands in credential alone.
ALTER TABLE credential ADD COLUMN paused_by BIGINT NOT NULL DEFAULT 0;

UPDATE credential SET
    paused_at = (SELECT max(r.created_at) FROM restriction r WHERE r.account_id = credential.account_id AND r.kind = 'posting' AND r.ended_at = 0),
    paused_why = (SELECT max(r.reason) FROM restriction r WHERE r.account_id = credential.account_id AND r.kind = 'posting' AND r.ended_at = 0),
    paused_by = (SELECT max(r.by_id) FROM restriction r WHERE r.account_id = credential.account_id AND r.kind = 'posting' AND r.ended_at = 0)
WHERE paused_at = 0 AND NOT owner
    AND EXISTS (SELECT 1 FROM restriction r WHERE r.account_id = credential.account_id AND r.kind = 'posting' AND r.ended_at = 0);
DELETE FROM restriction WHERE kind = 'posting' AND ended_at = 0;
DROP INDEX restriction_posting;

ALTER TABLE restriction ADD COLUMN until_at BIGINT NOT NULL DEFAULT 0; -- when what only happened ends by itself, such as a wait; 0 for at once
