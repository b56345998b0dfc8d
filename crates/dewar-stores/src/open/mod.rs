//! Opens a store by its URL, or from a program's settings.

mod by_url;
mod engine;
mod engines;
#[cfg(feature = "filesystem")]
mod files;
#[cfg(feature = "flask")]
mod flask_settings;
mod flask_url;
#[cfg(feature = "memcached")]
mod memcached;
mod memory;
#[cfg(feature = "mongodb")]
mod mongodb;
#[cfg(feature = "mysql")]
mod mysql;
mod options;
#[cfg(any(feature = "filesystem", feature = "sqlite-unbundled"))]
mod path;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
mod schema;
#[cfg(feature = "flask")]
mod session_type;
#[cfg(feature = "dewar")]
mod settings;
#[cfg(all(feature = "flask", any(feature = "mysql", feature = "postgres", feature = "sqlite-unbundled")))]
mod shared_table;
mod sqlalchemy;
#[cfg(feature = "sqlite-unbundled")]
mod sqlite;
#[cfg(all(feature = "flask", any(feature = "mysql", feature = "postgres", feature = "sqlite-unbundled")))]
mod swept;
#[cfg(test)]
mod tests;
mod wanted;

pub use self::by_url::{open, open_with};
pub use self::engine::Engine;
#[cfg(feature = "flask")]
pub use self::flask_settings::flask_settings;
pub use self::options::OpenOptions;
pub use self::schema::schema;
#[cfg(feature = "dewar")]
pub use self::schema::schema_from_config;
#[cfg(feature = "dewar")]
pub use self::settings::{from_config, from_config_with};
