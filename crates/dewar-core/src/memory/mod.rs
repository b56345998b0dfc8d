//! Sessions in this process's memory.
//!
//! 64 shards, each behind a lock of its own, which a key's keyed hash chooses. A shard keeps its entries in numbered slots; a table
//! leads from a key to a slot, and wheels lead from a moment to the slots that end then.

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
