//! The servers, really started.

mod proxy;
mod redis;
