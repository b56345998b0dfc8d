//! A store from a URL.

mod by_url;
mod engines;
#[cfg(any(feature = "filesystem", feature = "sqlite"))]
mod path;
#[cfg(test)]
mod tests;

pub use self::by_url::{open, open_with};
