//! Where Dewar keeps sessions.

#[cfg(all(feature = "filesystem", unix))]
pub mod filesystem;
