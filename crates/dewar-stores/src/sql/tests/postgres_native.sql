-- table
CREATE TABLE IF NOT EXISTS dewar_sessions (
    key TEXT PRIMARY KEY COLLATE "C",
    payload BYTEA NOT NULL,
    revision BIGINT NOT NULL,
    expires BIGINT,
    owner TEXT,
    joined BIGINT
);
CREATE INDEX IF NOT EXISTS dewar_sessions_expires ON dewar_sessions (expires) WHERE expires IS NOT NULL;
CREATE INDEX IF NOT EXISTS dewar_sessions_owner ON dewar_sessions (owner, joined) WHERE owner IS NOT NULL;

-- find
SELECT payload, expires, revision, (expires IS NULL OR expires > $1) FROM dewar_sessions WHERE key = $2;

-- page
SELECT payload, expires, revision, TRUE, key FROM dewar_sessions WHERE key >= $1 AND key < $2 AND (expires IS NULL OR expires > $3) ORDER BY key LIMIT $4;

-- insert
INSERT INTO dewar_sessions (key, payload, revision, expires, owner, joined) VALUES ($1, $2, $3, $4, $5, CASE WHEN $5 >= '' THEN (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = $5) END) ON CONFLICT (key) DO UPDATE SET payload = excluded.payload, revision = excluded.revision, expires = excluded.expires, owner = excluded.owner, joined = excluded.joined WHERE dewar_sessions.expires <= $6;

-- replace
UPDATE dewar_sessions SET payload = $1, revision = $2, expires = $3, joined = CASE WHEN $4 >= '' THEN coalesce(CASE WHEN owner = $4 THEN joined END, (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = $4)) END, owner = $4 WHERE key = $5 AND revision = $6 AND (expires IS NULL OR expires > $7);

-- bury
UPDATE dewar_sessions SET payload = $1, revision = $2, expires = $3, joined = CASE WHEN $4 >= '' THEN coalesce(CASE WHEN owner = $4 THEN joined END, (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = $4)) END, owner = $4 WHERE key = $5 AND (expires IS NULL OR expires > $6);

-- delete
DELETE FROM dewar_sessions WHERE key = $1 AND (expires IS NULL OR expires > $2);

-- touch
UPDATE dewar_sessions SET expires = $1 WHERE key = $2 AND (expires IS NULL OR expires > $3);

-- touch_if_due
UPDATE dewar_sessions SET expires = $1 WHERE key = $2 AND (expires IS NULL OR expires > $3) AND expires < $4;

-- sweep
DELETE FROM dewar_sessions WHERE key IN (SELECT key FROM dewar_sessions WHERE expires <= $1 AND key >= $2 AND key < $3 LIMIT $4 FOR UPDATE SKIP LOCKED) AND expires <= $1;

-- rename
WITH cleared AS (DELETE FROM dewar_sessions WHERE key = $1 AND expires <= $2 RETURNING 1) UPDATE dewar_sessions SET key = $1, payload = $3, revision = $4, expires = $5, joined = CASE WHEN $6 >= '' THEN coalesce(CASE WHEN owner = $6 THEN joined END, (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = $6)) END, owner = $6 WHERE key = $7 AND revision = $8 AND (expires IS NULL OR expires > $2) AND (SELECT count(*) FROM cleared) >= 0 AND NOT EXISTS (SELECT 1 FROM dewar_sessions WHERE key = $1 AND (expires IS NULL OR expires > $2));

-- rename_and_bury
WITH cleared AS (DELETE FROM dewar_sessions WHERE key = $1 AND expires <= $2 RETURNING 1), moved AS (UPDATE dewar_sessions SET key = $1, payload = $3, revision = $4, expires = $5, joined = CASE WHEN $6 >= '' THEN coalesce(CASE WHEN owner = $6 THEN joined END, (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = $6)) END, owner = $6 WHERE key = $7 AND revision = $8 AND (expires IS NULL OR expires > $2) AND (SELECT count(*) FROM cleared) >= 0 AND NOT EXISTS (SELECT 1 FROM dewar_sessions WHERE key = $1 AND (expires IS NULL OR expires > $2)) RETURNING 1) INSERT INTO dewar_sessions (key, payload, revision, expires, owner, joined) SELECT $7, $9, $4, $10, $11, CASE WHEN $11 >= '' THEN (SELECT coalesce(max(joined), 0) + 1 FROM dewar_sessions WHERE owner = $11) END FROM moved;

-- owned
SELECT payload, expires, revision, TRUE, key FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) ORDER BY joined, key;

-- remove_all
DELETE FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) AND ($3 IS NULL OR key <> $3);

-- trim_oldest
DELETE FROM dewar_sessions WHERE owner = $1 AND (key IN (SELECT key FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) ORDER BY joined DESC, key DESC LIMIT ALL OFFSET $3) OR joined IN (SELECT joined FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) ORDER BY joined DESC, key DESC LIMIT ALL OFFSET $3) AND joined NOT IN (SELECT joined FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) ORDER BY joined DESC, key DESC LIMIT $3)) RETURNING key;

-- trim_newest
DELETE FROM dewar_sessions WHERE owner = $1 AND (key IN (SELECT key FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) ORDER BY joined, key LIMIT ALL OFFSET $3) OR joined IN (SELECT joined FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) ORDER BY joined, key LIMIT ALL OFFSET $3) AND joined NOT IN (SELECT joined FROM dewar_sessions WHERE owner = $1 AND (expires IS NULL OR expires > $2) ORDER BY joined, key LIMIT $3)) RETURNING key;
