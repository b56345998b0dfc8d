//! The contract of a session store, and what its author needs: keys, a clock, a memory store, a test suite.
//!
//! The sessions are in `dewar`, the stores for real engines in `dewar-stores`.
//!
//! A [`Store`] stores bytes under keys, each entry with the time when it expires, and compares before it replaces. It does not know what
//! the bytes mean. To write a store, implement [`AsyncStore`], which has an example. It must follow these rules; the feature `conformance` has
//! tests for each of them:
//!
//! * **An expired entry is absent.** That is every entry whose `expires` is not later than the `now` of the call, in every call, whatever
//!   the engine's own expiry does. An engine with a clock of its own may use that clock instead of `now`.
//! * **Nothing is overwritten by accident.** [`Write::Create`] never replaces an entry. [`Write::Swap`] and [`Write::Rename`] replace only
//!   the entry that the caller has seen, and never bring back one that is gone.
//! * **Every call is atomic**, for all other callers of the same engine and after a crash.
//! * **A dropped future does no harm**: the call was done or it was not, and no later call gets its answer.
//! * **Keys are any text of up to 512 bytes, payloads any bytes.** A payload comes back bit for bit. Keys that differ
//!   in the case of one letter are different keys.

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
mod write;

pub use async_trait::async_trait;
pub use bytes::Bytes;

pub use self::answer::{Answer, BoxedAnswer};
pub use self::async_store::AsyncStore;
pub use self::contract::{Cursor, Lister, Owners, Page, Store, Surplus, Sweeper};
pub use self::entry::{Entry, Stored, Touch};
pub use self::error::{StoreError, StoreErrorKind};
pub use self::into_store::IntoStore;
pub use self::key::StoreKey;
pub use self::memory::Memory;
pub use self::revision::Revision;
pub use self::timestamp::ParseUnixTimeError;
pub use self::write::{Write, Written};

#[cfg(all(doctest, feature = "conformance"))]
#[doc = include_str!("../README.md")]
mod readme {}
