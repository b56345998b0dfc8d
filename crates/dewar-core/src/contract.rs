//! The contract: what every store does, and what some can do besides.

use std::fmt;

use async_trait::async_trait;

use super::{Answer, StoreError, StoreKey, Stored, Touch, Write, Written};
use crate::clock::UnixTime;

/// Stores entries under keys. The rules are in [the documentation of the crate](crate).
///
/// Where every answer is waited for, implement [`AsyncStore`](crate::AsyncStore): three `async fn`s.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session store",
    label = "not a `Store`",
    note = "take `Memory::new()`, what `dewar_stores::open(url).await?` returns, or a type of yours that implements `AsyncStore` or `Store`"
)]
pub trait Store: fmt::Debug + Send + Sync {
    /// Loads the entry under the key. If the touch is due, the same round trip sets the expiry that the touch asks for.
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>>;

    /// Does one atomic step, or tells why not.
    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, Written>;

    /// Sets when an entry expires. `false`: there is none, and none is made.
    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool>;

    /// For engines that do not remove expired entries by themselves.
    fn sweeper(&self) -> Option<&dyn Sweeper> {
        None
    }

    /// For operators.
    fn lister(&self) -> Option<&dyn Lister> {
        None
    }

    /// For stores that know the owner of an entry.
    fn owners(&self) -> Option<&dyn Owners> {
        None
    }
}

/// Removes what has expired.
#[async_trait]
pub trait Sweeper: Send + Sync {
    /// Removes at most `at_most` expired entries whose keys begin with the prefix (`""`: all), and returns how many. A store that does
    /// not know the keys of its entries removes any.
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError>;
}

/// Lists the entries, page by page.
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

/// A position between two pages, in the store's own format.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// It may contain a key, so it is never printed.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(…)")
    }
}

/// The entries of an owner: those whose [`Entry::owner`](crate::Entry::owner) says so.
#[async_trait]
pub trait Owners: Send + Sync {
    /// All of them, in the order in which they got this owner. An entry that is renamed keeps its position.
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError>;

    /// Removes all of them except one, and returns how many.
    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError>;

    /// Removes as many as exceed `at_most`, and returns their keys. Concurrent calls leave `at_most`.
    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError>;
}

/// Which of an owner's entries are removed when there are too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surplus {
    /// Those that got this owner first.
    Oldest,
    /// Those that got this owner last.
    Newest,
}
