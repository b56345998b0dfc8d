//! Sessions in this process's memory.
//!
//! A hash of the key chooses one of 64 shards, each with its own lock. A shard stores its entries in numbered slots; an index maps the hash to
//! the slot, and timer wheels map a time to the slots that expire then.
//!
//! The hash is fast and has a secret seed. Nobody can choose keys so that they collide: a key that is stored is made from 256 random bits (or
//! is a SHA-256 hash), and what visitors send is only looked up. Without the seed they cannot find out either which of their sessions collide,
//! to end all others. The owners' index, whose names visitors may choose, has `SipHash`.

mod budget;
mod capabilities;
mod eviction;
mod index;
mod operations;
mod ownership;
mod record;
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
