-- table
CREATE TABLE IF NOT EXISTS sessions (
	id SERIAL NOT NULL, 
	session_id VARCHAR(255), 
	data BYTEA, 
	expiry TIMESTAMP WITHOUT TIME ZONE, 
	PRIMARY KEY (id), 
	UNIQUE (session_id)
);

-- find
SELECT coalesce(data, ''), expiry, id, expiry > $1 FROM "sessions" WHERE session_id = $2;

-- page
SELECT coalesce(data, ''), expiry, id, TRUE, session_id FROM "sessions" WHERE id > $1 AND session_id IS NOT NULL AND substr(coalesce(session_id, ''), 1, length($2)) = $2 AND expiry > $3 ORDER BY id LIMIT $4;

-- insert
INSERT INTO "sessions" (session_id, data, expiry) VALUES ($1, $2, $3) ON CONFLICT (session_id) DO UPDATE SET data = excluded.data, expiry = excluded.expiry WHERE "sessions".expiry IS NULL OR "sessions".expiry <= $4;

-- replace
UPDATE "sessions" SET data = $1, expiry = $2 WHERE session_id = $3 AND coalesce(data, '') = $4 AND expiry > $5;

-- bury
UPDATE "sessions" SET data = $1, expiry = $2 WHERE session_id = $3 AND expiry > $4;

-- delete
DELETE FROM "sessions" WHERE session_id = $1 AND expiry > $2;

-- touch
UPDATE "sessions" SET expiry = $1 WHERE session_id = $2 AND expiry > $3;

-- touch_if_due
UPDATE "sessions" SET expiry = $1 WHERE session_id = $2 AND expiry > $3 AND expiry < $4;

-- sweep
DELETE FROM "sessions" WHERE id IN (SELECT id FROM "sessions" WHERE (expiry IS NULL OR expiry <= $1) AND substr(coalesce(session_id, ''), 1, length($2)) = $2 LIMIT $3 FOR UPDATE SKIP LOCKED) AND (expiry IS NULL OR expiry <= $1);

-- remove_expired
DELETE FROM "sessions" WHERE session_id = $1 AND (expiry IS NULL OR expiry <= $2);

-- rename
WITH cleared AS (DELETE FROM "sessions" WHERE session_id = $1 AND (expiry IS NULL OR expiry <= $2) RETURNING 1) UPDATE "sessions" SET session_id = $1, data = $3, expiry = $4 WHERE session_id = $5 AND coalesce(data, '') = $6 AND expiry > $2 AND (SELECT count(*) FROM cleared) >= 0 AND NOT EXISTS (SELECT 1 FROM "sessions" WHERE session_id = $1 AND expiry > $2);

-- rename_and_bury
WITH cleared AS (DELETE FROM "sessions" WHERE session_id = $1 AND (expiry IS NULL OR expiry <= $2) RETURNING 1), moved AS (UPDATE "sessions" SET session_id = $1, data = $3, expiry = $4 WHERE session_id = $5 AND coalesce(data, '') = $6 AND expiry > $2 AND (SELECT count(*) FROM cleared) >= 0 AND NOT EXISTS (SELECT 1 FROM "sessions" WHERE session_id = $1 AND expiry > $2) RETURNING 1) INSERT INTO "sessions" (session_id, data, expiry) SELECT $5, $7, $8 FROM moved;
