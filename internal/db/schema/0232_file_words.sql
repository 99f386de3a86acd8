-- Captions lie beside their videos: those in a folder are found without reading the rest of it.
CREATE INDEX file_node_words ON file_node (parent_id) WHERE mime = 'text/vtt';
