//! Frameworks, as thin as paper: a feature each.

#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "tower")]
mod headers;
#[cfg(feature = "minijinja")]
pub mod minijinja;
#[cfg(feature = "tower")]
mod slot;
#[cfg(feature = "tower")]
pub mod tower;
