//! A store from a URL, or from a program's settings.

mod by_url;
#[cfg(feature = "dewar")]
mod configured;
mod engines;
#[cfg(any(feature = "filesystem", feature = "sqlite"))]
mod path;
#[cfg(feature = "dewar")]
mod shared;
#[cfg(feature = "dewar")]
mod swept;
#[cfg(test)]
mod tests;

pub use self::by_url::{open, open_with};
#[cfg(feature = "dewar")]
pub use self::configured::from_config;
