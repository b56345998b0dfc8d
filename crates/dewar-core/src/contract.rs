//! The contract: what every store does, and what some can do besides.

use std::fmt;

use async_trait::async_trait;

use super::{Created, Entry, Renamed, StoreError, StoreKey, Stored, Swapped, Touch};
use crate::clock::UnixTime;
use crate::revision::Revision;

/// Keeps entries under keys. The rules stand in [the module's own words](super).
///
/// Implement it with `#[dewar::store::async_trait]`.
#[async_trait]
pub trait Store: fmt::Debug + Send + Sync {
    /// What is kept under the key. With a touch that is due, its end is moved in the same round trip, to where the touch says.
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError>;

    /// Keeps an entry under a key that has none.
    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError>;

    /// Replaces what was seen; by an entry that is over already: removes it, if it is what was seen.
    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError>;

    /// Replaces what was seen under the old key by an entry under the new one. The old key keeps the tombstone, or nothing.
    ///
    /// Where it cannot be one step, the new entry is there before the old one goes.
    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError>;

    /// Moves the end of an entry. `false`: there is none, and none was made.
    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError>;

    /// Removes what is there, whatever it is; if something was there, the tombstone takes its place. `false`: there was nothing.
    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError>;

    /// For engines that leave what is over lying about.
    fn sweeper(&self) -> Option<&dyn Sweeper> {
        None
    }

    /// For operators.
    fn lister(&self) -> Option<&dyn Lister> {
        None
    }

    /// For stores that know whose an entry is.
    fn owners(&self) -> Option<&dyn Owners> {
        None
    }
}

/// Removes what has expired.
#[async_trait]
pub trait Sweeper: Send + Sync {
    /// Removes expired entries whose keys begin with the prefix (`""`: all), at most so many, and tells how many they were. A store that
    /// does not know the keys of its entries removes any.
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError>;
}

/// Shows what is there, page by page.
#[async_trait]
pub trait Lister: Send + Sync {
    /// The next entries whose keys begin with the prefix (`""`: all), about `at_most`. A page may be empty and yet not be the last. An
    /// entry that is there from the first page to the last is on one of them at least; others may be or not.
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError>;
}

/// Some of the entries.
#[derive(Debug)]
pub struct Page {
    /// The entries, in no order.
    pub entries: Vec<(StoreKey, Stored)>,
    /// Where the next page begins; `None`: this was the last.
    pub next: Option<Cursor>,
}

/// A place between two pages, in a store's own words.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// It may be a key: never printed.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(…)")
    }
}

/// The entries of an owner: those whose [`Entry::owner`] says so.
#[async_trait]
pub trait Owners: Send + Sync {
    /// All of them, those that came to the owner first before the others. An entry that is renamed keeps its place.
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError>;

    /// Removes all of them, but for one; tells how many.
    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError>;

    /// Removes as many as are above `at_most`, and tells which. However many do it at once, `at_most` are left.
    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError>;
}

/// Which of an owner's entries go when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surplus {
    /// Those that came first.
    Oldest,
    /// Those that came last.
    Newest,
}
