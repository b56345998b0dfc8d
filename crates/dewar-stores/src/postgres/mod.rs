//! Session stores in PostgreSQL.

mod stores;

pub(crate) use self::stores::schema;
