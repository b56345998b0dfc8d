//! The servers, started for real.

mod instances;
mod mongodb;
mod proxy;
mod redis;
