//! Session stores for Dewar in the `sqlx` pool that a program already has.
