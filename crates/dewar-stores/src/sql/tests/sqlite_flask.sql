-- table
CREATE TABLE IF NOT EXISTS sessions (
	id INTEGER NOT NULL, 
	session_id VARCHAR(255), 
	data BLOB, 
	expiry DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (session_id)
);

-- find
SELECT CAST(coalesce(data, '') AS BLOB), expiry, id, expiry > ?1 FROM "sessions" WHERE session_id = ?2;

-- page
SELECT CAST(coalesce(data, '') AS BLOB), expiry, id, TRUE, session_id FROM "sessions" WHERE id > ?1 AND session_id IS NOT NULL AND substr(coalesce(session_id, ''), 1, length(?2)) = ?2 AND expiry > ?3 ORDER BY id LIMIT ?4;

-- insert
INSERT INTO "sessions" (session_id, data, expiry) VALUES (?1, ?2, ?3) ON CONFLICT (session_id) DO UPDATE SET data = excluded.data, expiry = excluded.expiry WHERE "sessions".expiry IS NULL OR "sessions".expiry <= ?4;

-- replace
UPDATE "sessions" SET data = ?1, expiry = ?2 WHERE session_id = ?3 AND CAST(coalesce(data, '') AS BLOB) = ?4 AND expiry > ?5;

-- bury
UPDATE "sessions" SET data = ?1, expiry = ?2 WHERE session_id = ?3 AND expiry > ?4;

-- delete
DELETE FROM "sessions" WHERE session_id = ?1 AND expiry > ?2;

-- touch
UPDATE "sessions" SET expiry = ?1 WHERE session_id = ?2 AND expiry > ?3;

-- touch_if_due
UPDATE "sessions" SET expiry = ?1 WHERE session_id = ?2 AND expiry > ?3 AND expiry < ?4;

-- sweep
DELETE FROM "sessions" WHERE id IN (SELECT id FROM "sessions" WHERE (expiry IS NULL OR expiry <= ?1) AND substr(coalesce(session_id, ''), 1, length(?2)) = ?2 LIMIT ?3) AND (expiry IS NULL OR expiry <= ?1);

-- remove_expired
DELETE FROM "sessions" WHERE session_id = ?1 AND (expiry IS NULL OR expiry <= ?2);

-- rename
INSERT INTO "sessions" (session_id, data, expiry) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM "sessions" WHERE session_id = ?4 AND CAST(coalesce(data, '') AS BLOB) = ?5 AND expiry > ?6) ON CONFLICT (session_id) DO UPDATE SET data = excluded.data, expiry = excluded.expiry WHERE "sessions".expiry IS NULL OR "sessions".expiry <= ?6;

-- rename_then
DELETE FROM "sessions" WHERE session_id = ?1 AND expiry > ?2;

-- rename_and_bury
INSERT INTO "sessions" (session_id, data, expiry) SELECT ?1, ?2, ?3 WHERE EXISTS (SELECT 1 FROM "sessions" WHERE session_id = ?4 AND CAST(coalesce(data, '') AS BLOB) = ?5 AND expiry > ?6) ON CONFLICT (session_id) DO UPDATE SET data = excluded.data, expiry = excluded.expiry WHERE "sessions".expiry IS NULL OR "sessions".expiry <= ?6;

-- rename_and_bury_then
UPDATE "sessions" SET data = ?1, expiry = ?2 WHERE session_id = ?3 AND expiry > ?4;
