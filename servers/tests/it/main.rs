//! The servers, started for real.

mod instances;
mod proxy;
mod redis;
