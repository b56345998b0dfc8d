//! The contract of a session store, and one in memory. All of it is the crate `dewar-core`, which is what the author of a store
//! depends on.

#[cfg(feature = "conformance")]
pub use dewar_core::conformance;
pub use dewar_core::{
    Answer, AsyncStore, BoxedAnswer, Bytes, Cursor, Entry, IntoStore, Lister, Memory, Owners, Page, Revision,
    Store, StoreError, StoreErrorKind, StoreKey, Stored, Sweeper, Touch, Trim, Write, WriteOutcome,
    async_trait,
};
