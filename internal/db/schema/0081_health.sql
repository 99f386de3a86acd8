-- activity, delivery (package federation/delivery): what each thing sent out was, and what became of it where it did not arrive.
ALTER TABLE activity ADD COLUMN verb TEXT NOT NULL DEFAULT '';        -- create, update, delete…; '' of those before this column
ALTER TABLE activity ADD COLUMN post_id BIGINT NOT NULL DEFAULT 0;    -- the post it is about; 0 for none
CREATE INDEX activity_post ON activity (post_id, id) WHERE post_id <> 0;
CREATE INDEX activity_account ON activity (account_id, id) WHERE post_id <> 0;
CREATE INDEX delivery_trouble ON delivery (host, id) WHERE state NOT IN ('due', 'done');
