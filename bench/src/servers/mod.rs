//! Sessions in real servers of databases.

mod measured;
mod memcached;
mod mongodb;
mod mysql;
mod postgres;

pub(crate) use self::memcached::measure as in_memcached;
pub(crate) use self::mongodb::measure as in_mongodb;
pub(crate) use self::mysql::measure as in_mysql;
pub(crate) use self::postgres::measure as in_postgres;
