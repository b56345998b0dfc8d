//! Redis, and Valkey.

mod address;
mod call;
mod connection;
mod failure;
mod life;
mod line;
mod lister;
mod options;
mod owners;
mod scripts;
mod store;

pub use self::options::RedisOptions;
pub use self::store::Redis;
