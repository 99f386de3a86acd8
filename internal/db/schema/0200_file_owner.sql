-- What takes up a person's space is found by whose it is, and how large.
CREATE INDEX file_node_size ON file_node (owner_id, size) WHERE NOT folder;
