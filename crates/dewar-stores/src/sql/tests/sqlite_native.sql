-- table
CREATE TABLE IF NOT EXISTS dewar_sessions (
    key TEXT PRIMARY KEY COLLATE BINARY,
    payload BLOB NOT NULL,
    revision INTEGER NOT NULL,
    expires INTEGER,
    owner TEXT,
    joined INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS dewar_sessions_expires ON dewar_sessions (expires) WHERE expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS dewar_sessions_owner ON dewar_sessions (owner, joined) WHERE owner IS NOT NULL;

-- find
SELECT payload, expires, revision, (expires IS NULL OR expires > ?1) FROM dewar_sessions WHERE key = ?2;

-- page
SELECT payload, expires, revision, TRUE, key FROM dewar_sessions WHERE key >= ?1 AND key < ?2 AND (expires IS NULL OR expires > ?3) ORDER BY key LIMIT ?4;

-- insert
INSERT INTO dewar_sessions (key, payload, revision, expires, owner, joined) VALUES (?1, ?2, ?3, ?4, ?5, CASE WHEN ?5 >= '' THEN (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = ?5) END) ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, revision = excluded.revision, expires = excluded.expires, owner = excluded.owner, joined = excluded.joined WHERE dewar_sessions.expires <= ?6;

-- replace
UPDATE dewar_sessions SET payload = ?1, revision = ?2, expires = ?3, joined = CASE WHEN ?4 >= '' THEN coalesce(CASE WHEN owner = ?4 THEN joined END, (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = ?4)) END, owner = ?4 WHERE key = ?5 AND revision = ?6 AND (expires IS NULL OR expires > ?7);

-- bury
UPDATE dewar_sessions SET payload = ?1, revision = ?2, expires = ?3, joined = CASE WHEN ?4 >= '' THEN coalesce(CASE WHEN owner = ?4 THEN joined END, (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = ?4)) END, owner = ?4 WHERE key = ?5 AND (expires IS NULL OR expires > ?6);

-- delete
DELETE FROM dewar_sessions WHERE key = ?1 AND (expires IS NULL OR expires > ?2);

-- touch
UPDATE dewar_sessions SET expires = ?1 WHERE key = ?2 AND (expires IS NULL OR expires > ?3);

-- touch_if_due
UPDATE dewar_sessions SET expires = ?1 WHERE key = ?2 AND (expires IS NULL OR expires > ?3) AND expires < ?4;

-- sweep
DELETE FROM dewar_sessions WHERE key IN (SELECT key FROM dewar_sessions WHERE expires <= ?1 AND key >= ?2 AND key < ?3 LIMIT ?4) AND expires <= ?1;

-- rename
INSERT INTO dewar_sessions (key, payload, revision, expires, owner, joined) SELECT ?1, ?2, ?3, ?4, ?5, CASE WHEN ?5 >= '' THEN coalesce((SELECT max(joined) FROM dewar_sessions WHERE key = ?6 AND owner = ?5), (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = ?5)) END WHERE EXISTS (SELECT 1 FROM dewar_sessions WHERE key = ?6 AND revision = ?7 AND (expires IS NULL OR expires > ?8)) ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, revision = excluded.revision, expires = excluded.expires, owner = excluded.owner, joined = excluded.joined WHERE dewar_sessions.expires <= ?8;

-- rename_then
DELETE FROM dewar_sessions WHERE key = ?1 AND (expires IS NULL OR expires > ?2);

-- rename_and_bury
INSERT INTO dewar_sessions (key, payload, revision, expires, owner, joined) SELECT ?1, ?2, ?3, ?4, ?5, CASE WHEN ?5 >= '' THEN coalesce((SELECT max(joined) FROM dewar_sessions WHERE key = ?6 AND owner = ?5), (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = ?5)) END WHERE EXISTS (SELECT 1 FROM dewar_sessions WHERE key = ?6 AND revision = ?7 AND (expires IS NULL OR expires > ?8)) ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, revision = excluded.revision, expires = excluded.expires, owner = excluded.owner, joined = excluded.joined WHERE dewar_sessions.expires <= ?8;

-- rename_and_bury_then
UPDATE dewar_sessions SET payload = ?1, revision = ?2, expires = ?3, joined = CASE WHEN ?4 >= '' THEN coalesce(CASE WHEN owner = ?4 THEN joined END, (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = ?4)) END, owner = ?4 WHERE key = ?5 AND (expires IS NULL OR expires > ?6);

-- owned
SELECT payload, expires, revision, TRUE, key FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined, key;

-- remove_all
DELETE FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) AND (?3 IS NULL OR key <> ?3);

-- trim_oldest
DELETE FROM dewar_sessions WHERE owner = ?1 AND (key IN (SELECT key FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined DESC, key DESC LIMIT -1 OFFSET ?3) OR joined IN (SELECT joined FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined DESC, key DESC LIMIT -1 OFFSET ?3) AND joined NOT IN (SELECT joined FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined DESC, key DESC LIMIT ?3)) RETURNING key;

-- trim_newest
DELETE FROM dewar_sessions WHERE owner = ?1 AND (key IN (SELECT key FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined, key LIMIT -1 OFFSET ?3) OR joined IN (SELECT joined FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined, key LIMIT -1 OFFSET ?3) AND joined NOT IN (SELECT joined FROM dewar_sessions WHERE owner = ?1 AND (expires IS NULL OR expires > ?2) ORDER BY joined, key LIMIT ?3)) RETURNING key;
