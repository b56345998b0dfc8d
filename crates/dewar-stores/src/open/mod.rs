//! Opens a store by its URL, or from a program's settings.

mod by_url;
mod engine;
mod engines;
#[cfg(feature = "filesystem")]
mod files;
mod flask_url;
mod memory;
#[cfg(any(feature = "filesystem", feature = "sqlite-unbundled"))]
mod path;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "flask")]
mod session_type;
#[cfg(feature = "dewar")]
mod settings;
#[cfg(feature = "sqlite-unbundled")]
mod sqlite;
#[cfg(all(feature = "flask", feature = "sqlite-unbundled"))]
mod swept;
#[cfg(test)]
mod tests;
mod wanted;

pub use self::by_url::{open, open_with};
pub use self::engine::Engine;
#[cfg(feature = "dewar")]
pub use self::settings::from_config;
