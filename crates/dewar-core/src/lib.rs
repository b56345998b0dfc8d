//! The contract of a session store, for those who write one; `dewar` has the sessions, `dewar-stores` the stores.
//!
//! A [`Store`] keeps bytes under keys, each with the moment of its end, and compares before it swaps. It never sees what a
//! session holds. Its promises are few, and [`conformance`] checks each of them on any store, also on one of yours:
//!
//! * **What is over is not there.** An entry whose `expires` is not later than the `now` of the call is absent, for every call and
//!   whatever the engine's own expiry does. An engine with a clock of its own may use that in place of `now`.
//! * **Nothing is overwritten by accident.** [`Write::Create`] never replaces; [`Write::Swap`] and [`Write::Rename`] do it only
//!   if what is stored is what the caller has seen, and never bring back what is gone.
//! * **Each call happens wholly or not at all**, for every other caller of the same engine and after a crash.
//! * **A future that is dropped harms nobody**: the call has happened or it has not, and the next answer is the right one.
//! * **Keys are any text of up to 512 bytes, payloads any bytes.** A payload comes back bit for bit. Two keys that differ in one
//!   letter's case are two keys.

mod answer;
mod async_store;
pub mod calendar;
pub mod clock;
#[cfg(feature = "conformance")]
pub mod conformance;
mod contract;
mod entry;
mod error;
mod key;
mod memory;
#[doc(hidden)]
pub mod old;
pub mod random;
mod revision;
mod write;

pub use async_trait::async_trait;
pub use bytes::Bytes;

pub use self::answer::{Answer, BoxedAnswer};
pub use self::async_store::AsyncStore;
pub use self::contract::{Cursor, Lister, Owners, Page, Store, Surplus, Sweeper};
pub use self::entry::{Entry, Stored, Touch};
pub use self::error::{StoreError, StoreErrorKind};
pub use self::key::StoreKey;
pub use self::memory::Memory;
pub use self::revision::Revision;
pub use self::write::{Write, Written};
