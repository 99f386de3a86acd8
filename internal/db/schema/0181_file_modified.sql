-- file_node (package file): what a person has, that last changed first, for devices that ask for pictures.
CREATE INDEX file_node_modified ON file_node (owner_id, modified_at, id);
