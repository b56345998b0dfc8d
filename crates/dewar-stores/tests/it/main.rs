//! Stores, each on the engine it is for.

#[cfg(all(feature = "filesystem", unix))]
mod filesystem;
