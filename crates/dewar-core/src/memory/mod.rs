//! Sessions in this process's memory.
//!
//! 64 shards, each behind a lock of its own, which a key's keyed hash chooses. A shard keeps its entries in numbered slots; a table
//! leads from a key to a slot, and wheels lead from a moment to the slots that end then.

mod keeping;
mod ledger;
mod listing;
mod operations;
mod owners;
mod registry;
mod room;
mod shard;
mod shards;
mod slab;
mod slot;
mod store;
mod sweeping;
#[cfg(test)]
mod tests;
mod wheel;

pub use self::shards::Memory;
use self::shards::lock;
