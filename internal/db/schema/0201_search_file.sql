-- search_file (package search): the words of files and folders, of their names and of texts what they say, as search_page.
CREATE TABLE search_file (
    rowid          BIGINT PRIMARY KEY,
    words          TSVECTOR NOT NULL
) /* full text */;
CREATE INDEX search_file_words ON search_file USING gin (words);
INSERT INTO search_due (kind, id, noted_at) SELECT 'file', id, uploaded_at FROM file_node WHERE parent_id <> 0;
