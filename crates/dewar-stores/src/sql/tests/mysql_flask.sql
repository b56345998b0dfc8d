-- table
CREATE TABLE IF NOT EXISTS sessions (
	id INTEGER NOT NULL AUTO_INCREMENT, 
	session_id VARCHAR(255), 
	data BLOB, 
	expiry DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (session_id)
);

-- find
SELECT coalesce(data, ''), expiry, id, expiry > ? FROM `sessions` WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ?;

-- page
SELECT coalesce(data, ''), expiry, id, TRUE, session_id FROM `sessions` WHERE id > ? AND session_id IS NOT NULL AND left(CAST(CONVERT(session_id USING utf8mb4) AS BINARY), length(?)) = ? AND expiry > ? ORDER BY id LIMIT ?;

-- insert
INSERT INTO `sessions` (session_id, data, expiry) VALUES (?, ?, ?);

-- replace
UPDATE `sessions` SET data = ?, expiry = ? WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND coalesce(data, '') = ? AND expiry > ?;

-- bury
UPDATE `sessions` SET data = ?, expiry = ? WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND expiry > ?;

-- delete
DELETE FROM `sessions` WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND expiry > ?;

-- touch
UPDATE `sessions` SET expiry = ? WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND expiry > ?;

-- touch_if_due
UPDATE `sessions` SET expiry = ? WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND expiry > ? AND expiry < ?;

-- sweep
DELETE FROM `sessions` WHERE (expiry IS NULL OR expiry <= ?) AND left(CAST(CONVERT(session_id USING utf8mb4) AS BINARY), length(?)) = ? LIMIT ?;

-- clear
DELETE FROM `sessions` WHERE session_id = ? AND (expiry IS NULL OR expiry <= ?);

-- remove_expired
DELETE FROM `sessions` WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND (expiry IS NULL OR expiry <= ?);

-- rename
UPDATE `sessions` SET session_id = ?, data = ?, expiry = ? WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND coalesce(data, '') = ? AND expiry > ?;

-- rename_and_bury
INSERT INTO `sessions` (id, session_id, data, expiry) SELECT CASE turn WHEN 1 THEN number END, ?, CAST(? AS BINARY), ? FROM (SELECT id AS number FROM `sessions` WHERE session_id = ? AND CAST(CONVERT(session_id USING utf8mb4) AS BINARY) = ? AND coalesce(data, '') = ? AND expiry > ? FOR UPDATE) AS seen, (SELECT 1 AS turn UNION ALL SELECT 2) AS turns ORDER BY turn ON DUPLICATE KEY UPDATE session_id = ?, data = ?, expiry = ?;
