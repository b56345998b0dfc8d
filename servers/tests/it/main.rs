//! The servers, started for real.

mod proxy;
mod redis;
