-- search_open, search_kept: PostgreSQL learns how often the 3,000 commonest words are said, not 1,000, and so plans
-- better whether to look for them by the index or among the newest posts (docs/decisions/0029).
ALTER TABLE search_open ALTER COLUMN words SET STATISTICS 300;
ALTER TABLE search_kept ALTER COLUMN words SET STATISTICS 300;
