//! Redis, or Valkey under the same commands.

mod server;
mod settings;

pub use self::server::Redis;
pub use self::settings::RedisSettings;
