//! The contract of a session store, and one in memory. All of it is the crate `dewar-core`, which is what the author of a store
//! depends on.

#[cfg(feature = "conformance")]
pub use dewar_core::conformance;
pub use dewar_core::{
    Bytes, Created, Cursor, Entry, Lister, Memory, Owners, Page, Renamed, Revision, Store, StoreError,
    StoreErrorKind, StoreKey, Stored, Surplus, Swapped, Sweeper, Touch, async_trait,
};
