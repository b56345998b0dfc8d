//! Redis, and Valkey.

mod address;
mod answers;
mod call;
#[cfg(test)]
mod cluster;
mod connection;
mod failure;
mod index;
mod life;
mod line;
mod lister;
mod options;
mod owners;
mod scripts;
mod store;
mod touch;
mod writes;

pub use self::options::RedisOptions;
pub use self::store::Redis;
