//! Redis, or Valkey under the same commands.

mod cluster;
mod server;
mod settings;

pub use self::cluster::RedisCluster;
pub use self::server::Redis;
pub use self::settings::RedisSettings;
