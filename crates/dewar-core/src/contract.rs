//! The contract: what every store must do, and what some stores can do in addition.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use super::{Answer, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome};
use crate::clock::UnixTime;

/// A session store: entries under keys, each with an expiry. The rules that it must follow are in [the documentation of the crate](crate).
///
/// To write a store, implement [`AsyncStore`](crate::AsyncStore), which is three `async fn`s, unless answers can be ready at once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a session store",
    label = "not a `Store`",
    note = "take `Memory::new()`, what `dewar_stores::open(url).await?` returns, or a type of yours that implements `AsyncStore` or `Store`"
)]
pub trait Store: fmt::Debug + Send + Sync {
    /// Loads the entry under the key. If the touch is due, the same round trip sets its expiry.
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>>;

    /// [`load`](Self::load) without a touch, by a caller that does not need the expiry: [`Stored::expires`] may be `None` though there is one.
    ///
    /// Only a store that [is faster](Self::is_faster_without_expiry) without it needs to implement this.
    fn load_without_expiry<'a>(&'a self, key: &'a StoreKey, now: UnixTime) -> Answer<'a, Option<Stored>> {
        self.load(key, None, now)
    }

    /// Whether a load is faster [without the expiry](Self::load_without_expiry), since the engine has to be asked for it apart, as Redis. Then a
    /// session manager whose records say when they were written loads them so, and extends the expiry by writing the record instead of touching the
    /// entry, unless it has to do that in each request.
    fn is_faster_without_expiry(&self) -> bool {
        false
    }

    /// Performs one atomic write, or says why it was not done.
    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome>;

    /// Sets when an entry expires. Returns `false` if there is no such entry, and creates none.
    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool>;

    /// The longest time that a load, a write or a touch takes, if the store itself gives up after it; `None`: it may take longer. Whoever
    /// limits the time of such a call needs no timer for one that ends soon enough.
    fn timeout(&self) -> Option<Duration> {
        None
    }

    /// Whether the answers of [`load`](Self::load), [`write`](Self::write) and [`touch`](Self::touch) are always ready, as those of a store in this
    /// process's memory are. Its callers then need no future on the heap. A call that has to wait although this is `true` fails.
    fn answers_at_once(&self) -> bool {
        false
    }

    /// Removes expired entries, for engines that do not remove them by themselves; `None` otherwise.
    fn sweeper(&self) -> Option<&dyn Sweeper> {
        None
    }

    /// Lists all entries, for operators; `None` if the store cannot.
    fn lister(&self) -> Option<&dyn Lister> {
        None
    }

    /// Finds the entries of an owner; `None` if the store does not know the owners of entries.
    fn owners(&self) -> Option<&dyn Owners> {
        None
    }
}

/// Removes expired entries.
#[async_trait]
pub trait Sweeper: Send + Sync {
    /// Removes at most `at_most` expired entries whose keys start with the prefix (`""`: all keys), and returns how many it removed. A store
    /// that does not know the keys of its entries ignores the prefix.
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError>;
}

/// Lists the entries, page by page.
#[async_trait]
pub trait Lister: Send + Sync {
    /// Returns about `at_most` entries whose keys start with the prefix (`""`: all keys). A page may be empty without being the last. An entry
    /// that exists during the whole listing is on at least one page; an entry that is created or removed meanwhile may be missing.
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError>;
}

/// A page of entries.
#[derive(Debug)]
pub struct Page {
    /// The entries, in no particular order.
    pub entries: Vec<(StoreKey, Stored)>,
    /// Where the next page starts; `None`: this is the last page.
    pub next: Option<Cursor>,
}

/// A position between two pages, in the store's own format.
#[derive(Clone, PartialEq, Eq)]
pub struct Cursor(pub String);

/// It may contain a key, so `Debug` does not show it.
impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursor(…)")
    }
}

/// Finds and removes the entries of an owner, as set in [`Entry::owner`](crate::Entry::owner).
#[async_trait]
pub trait Owners: Send + Sync {
    /// Returns the entries of this owner, in the order in which they got the owner. A renamed entry keeps its position.
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError>;

    /// Removes the entries of this owner, except one, and returns how many it removed.
    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError>;

    /// Removes entries of this owner until `at_most` are left, and returns the keys of those it removed. Concurrent calls leave `at_most`
    /// entries, too.
    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError>;
}

/// Which of an owner's entries are removed when there are more than the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trim {
    /// The entries that got this owner first.
    Oldest,
    /// The entries that got this owner last.
    Newest,
}
