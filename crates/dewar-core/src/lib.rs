//! The contract of a session store, and what you need to write one: keys, a clock, a memory store, a test suite.
//!
//! The session library is `dewar`; stores for real engines are in `dewar-stores`.
//!
//! A [`Store`] stores bytes under keys. Each entry has an expiry, and a write that replaces an entry first compares it with the one that was
//! seen. The store does not know what the bytes mean. To write a store, implement [`AsyncStore`], which has an example. The store must follow
//! these rules; the feature `conformance` tests each of them:
//!
//! * **An expired entry is absent.** In every call, an entry whose `expires` is not later than `now` counts as absent, whether or not the engine
//!   has removed it. An engine with its own clock may use that clock instead of `now`.
//! * **Nothing is overwritten unseen.** [`Write::Create`] never replaces an entry. [`Write::Swap`] and [`Write::Rename`] replace only the entry
//!   that the caller has seen, and never bring back one that is gone.
//! * **Every call is atomic**, for all callers of the same engine and after a crash.
//! * **A dropped future does no harm**: the call is done completely or not at all, and no later call gets its answer.
//! * **A key is any text of up to 512 bytes, a payload any bytes.** A payload comes back unchanged. Keys are case-sensitive.

mod answer;
mod async_store;
pub mod calendar;
pub mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod contract;
mod entry;
mod error;
mod into_store;
mod key;
mod memory;
pub mod random;
mod revision;
mod timestamp;
pub mod waiting;
mod write;

pub use async_trait::async_trait;
pub use bytes::Bytes;

pub use self::answer::{Answer, BoxedAnswer};
pub use self::async_store::AsyncStore;
pub use self::contract::{Cursor, Lister, Owners, Page, Store, Sweeper, Trim};
pub use self::entry::{Entry, Stored, Touch};
pub use self::error::{StoreError, StoreErrorKind};
pub use self::into_store::IntoStore;
pub use self::key::StoreKey;
pub use self::memory::Memory;
pub use self::revision::Revision;
pub use self::timestamp::ParseUnixTimeError;
pub use self::write::{Write, WriteOutcome};

#[cfg(all(doctest, feature = "conformance"))]
#[doc = include_str!("../README.md")]
mod readme {}
