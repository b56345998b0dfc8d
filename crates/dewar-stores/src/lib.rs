//! Where Dewar keeps sessions.

#[cfg(all(feature = "filesystem", unix))]
mod filesystem;
pub mod guard;
mod open_error;

#[cfg(all(feature = "filesystem", unix))]
pub use self::filesystem::Filesystem;
pub use self::open_error::OpenError;
