//! The stores with their real engines.

#[cfg(feature = "redis")]
mod redis;
