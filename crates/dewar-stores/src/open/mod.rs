//! A store from a URL, or from a program's settings.

mod by_url;
mod configured;
mod engines;
#[cfg(any(feature = "filesystem", feature = "sqlite"))]
mod path;
mod shared;
mod swept;
#[cfg(test)]
mod tests;

pub use self::by_url::{open, open_with};
pub use self::configured::from_config;
