//! Sessions in this process's memory.
//!
//! A keyed hash of the key chooses one of 64 shards, each with its own lock. A shard stores its entries in numbered slots; a table maps a key to
//! its slot, and timer wheels map a time to the slots that expire then.

mod budget;
mod capabilities;
mod eviction;
mod operations;
mod ownership;
mod shard;
mod slab;
mod slot;
mod slots;
mod store;
#[cfg(test)]
mod tests;
mod wheel;

pub use self::store::Memory;
use self::store::lock;
