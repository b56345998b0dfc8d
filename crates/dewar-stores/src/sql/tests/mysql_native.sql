-- table
CREATE TABLE IF NOT EXISTS dewar_sessions (
    `key` VARBINARY(512) PRIMARY KEY,
    payload LONGBLOB NOT NULL,
    revision BIGINT NOT NULL,
    expires BIGINT,
    owner VARBINARY(512),
    joined BIGINT,
    KEY dewar_sessions_expires (expires),
    KEY dewar_sessions_owner (owner, joined)
) ENGINE=InnoDB;

-- find
SELECT payload, expires, revision, (expires IS NULL OR expires > ?) FROM dewar_sessions WHERE `key` = ?;

-- page
SELECT payload, expires, revision, TRUE, `key` FROM dewar_sessions WHERE `key` >= ? AND `key` < ? AND (expires IS NULL OR expires > ?) ORDER BY `key` LIMIT ?;

-- insert
INSERT INTO dewar_sessions (`key`, payload, revision, expires, owner, joined) VALUES (?, ?, ?, ?, ?, CASE WHEN ? >= '' THEN (SELECT it FROM (SELECT coalesce(max(joined), 0) + 1 AS it FROM dewar_sessions WHERE owner = ?) AS found) END);

-- replace
UPDATE dewar_sessions SET payload = ?, revision = ?, expires = ?, joined = CASE WHEN ? >= '' THEN coalesce(CASE WHEN owner = ? THEN joined END, (SELECT it FROM (SELECT coalesce(max(joined), 0) + 1 AS it FROM dewar_sessions WHERE owner = ?) AS found)) END, owner = ? WHERE `key` = ? AND revision = ? AND (expires IS NULL OR expires > ?);

-- bury
UPDATE dewar_sessions SET payload = ?, revision = ?, expires = ?, joined = CASE WHEN ? >= '' THEN coalesce(CASE WHEN owner = ? THEN joined END, (SELECT it FROM (SELECT coalesce(max(joined), 0) + 1 AS it FROM dewar_sessions WHERE owner = ?) AS found)) END, owner = ? WHERE `key` = ? AND (expires IS NULL OR expires > ?);

-- delete
DELETE FROM dewar_sessions WHERE `key` = ? AND (expires IS NULL OR expires > ?);

-- touch
UPDATE dewar_sessions SET expires = ? WHERE `key` = ? AND (expires IS NULL OR expires > ?);

-- touch_if_due
UPDATE dewar_sessions SET expires = ? WHERE `key` = ? AND (expires IS NULL OR expires > ?) AND expires < ?;

-- sweep
DELETE FROM dewar_sessions WHERE expires <= ? AND `key` >= ? AND `key` < ? LIMIT ?;

-- insert_unowned
INSERT INTO dewar_sessions (`key`, payload, revision, expires, owner, joined) VALUES (?, ?, ?, ?, NULL, NULL);

-- replace_unowned
UPDATE dewar_sessions SET payload = ?, revision = ?, expires = ?, joined = NULL, owner = NULL WHERE `key` = ? AND revision = ? AND (expires IS NULL OR expires > ?);

-- bury_unowned
UPDATE dewar_sessions SET payload = ?, revision = ?, expires = ?, joined = NULL, owner = NULL WHERE `key` = ? AND (expires IS NULL OR expires > ?);

-- clear
DELETE FROM dewar_sessions WHERE `key` = ? AND expires <= ?;

-- rename
UPDATE dewar_sessions SET `key` = ?, payload = ?, revision = ?, expires = ?, joined = CASE WHEN ? >= '' THEN coalesce(CASE WHEN owner = ? THEN joined END, (SELECT it FROM (SELECT coalesce(max(joined), 0) + 1 AS it FROM dewar_sessions WHERE owner = ?) AS found)) END, owner = ? WHERE `key` = ? AND revision = ? AND (expires IS NULL OR expires > ?);

-- rename_and_bury
INSERT INTO dewar_sessions (`key`, payload, revision, expires, owner, joined) SELECT ?, CAST(? AS BINARY), ?, ?, ?, CASE WHEN ? >= '' THEN (SELECT it FROM (SELECT coalesce(max(joined), 0) + 1 AS it FROM dewar_sessions WHERE owner = ?) AS found) END FROM (SELECT 1 FROM dewar_sessions WHERE `key` = ? AND revision = ? AND (expires IS NULL OR expires > ?) FOR UPDATE) AS seen, (SELECT 1 AS turn UNION ALL SELECT 2) AS turns ORDER BY turn ON DUPLICATE KEY UPDATE `key` = ?, payload = ?, revision = ?, expires = ?, joined = CASE WHEN ? >= '' THEN coalesce(CASE WHEN owner = ? THEN joined END, (SELECT it FROM (SELECT coalesce(max(joined), 0) + 1 AS it FROM dewar_sessions WHERE owner = ?) AS found)) END, owner = ?;

-- owned
SELECT payload, expires, revision, TRUE, `key` FROM dewar_sessions WHERE owner = ? AND (expires IS NULL OR expires > ?) ORDER BY joined, `key`;

-- remove_all
DELETE FROM dewar_sessions WHERE owner = ? AND (expires IS NULL OR expires > ?) AND (? IS NULL OR `key` <> ?);

-- trim_oldest
SELECT '', expires, revision, TRUE, `key` FROM dewar_sessions WHERE owner = ? AND (expires IS NULL OR expires > ?) ORDER BY joined DESC, `key` DESC LIMIT 18446744073709551615 OFFSET ?;

-- trim_oldest_each
DELETE FROM dewar_sessions WHERE `key` = ? AND owner = ? AND (expires IS NULL OR expires > ?);

-- trim_newest
SELECT '', expires, revision, TRUE, `key` FROM dewar_sessions WHERE owner = ? AND (expires IS NULL OR expires > ?) ORDER BY joined, `key` LIMIT 18446744073709551615 OFFSET ?;

-- trim_newest_each
DELETE FROM dewar_sessions WHERE `key` = ? AND owner = ? AND (expires IS NULL OR expires > ?);
