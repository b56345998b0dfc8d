CREATE TABLE IF NOT EXISTS users (
    -- AUTOINCREMENT: the number of a deleted user is never given to another, who would own the sessions of the first.
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name          TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT    NOT NULL,
    is_admin      INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS orders (
    -- Made by the program before the order is placed, so that an order that is sent twice is placed once.
    id      TEXT    NOT NULL PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    goods   TEXT    NOT NULL
) STRICT;
