//! All sessions of a program, for operators.

use std::sync::Arc;

use super::super::StorePlace;
use super::super::end::Ending;
use super::session_entry::{EntryKind, SessionEntry};
use crate::manager::error::Error;
use crate::manager::server_side::ServerSide;
use crate::manager::settings_error::SettingsError;
use crate::session::owner_name;
use crate::store::{Cursor, Owners};

/// All sessions of a program in its store, for operators: what `dewar sessions` does is made of this.
///
/// ```
/// use dewar::ServerSide;
/// use dewar::admin::{EntryKind, SessionAdmin};
/// use dewar::error::Error;
///
/// /// How many bytes the sessions of a program take.
/// async fn bytes(settings: ServerSide) -> Result<usize, Box<dyn std::error::Error>> {
///     let admin = SessionAdmin::new(settings)?;
///     let (mut bytes, mut after) = (0, None);
///     loop {
///         let page = admin.page(after.as_ref(), 500).await?;
///         bytes += page.entries.iter().filter(|entry| entry.kind == EntryKind::Session).map(|entry| entry.bytes).sum::<usize>();
///         after = page.next;
///         if after.is_none() {
///             return Ok(bytes);
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct SessionAdmin {
    pub(super) place: Arc<StorePlace>,
}

/// A page of a program's entries.
#[derive(Debug)]
pub struct SessionPage {
    /// The entries, in the order of the store. An entry may be on more than one page.
    pub entries: Vec<SessionEntry>,
    /// Where the next page starts; `None`: this is the last page.
    pub next: Option<Cursor>,
}

impl SessionAdmin {
    /// Creates it from the program's settings. The store, the records and the lifetime matter; the others are ignored.
    ///
    /// # Errors
    /// When the settings cannot work; the message names the one to fix.
    pub fn new(settings: ServerSide) -> Result<Self, SettingsError> {
        Ok(Self { place: Arc::new(StorePlace::new(settings)?) })
    }

    /// Whether the store can list sessions. Memcached cannot.
    #[must_use]
    pub fn can_list(&self) -> bool {
        self.place.store.lister().is_some()
    }

    /// Whether the store finds the sessions of an owner without listing all of them.
    #[must_use]
    pub fn knows_owners(&self) -> bool {
        self.place.store.owners().is_some()
    }

    /// Returns a page of about `at_most` entries. A page may be empty without being the last. An entry that is created or removed during the
    /// listing may be missing.
    ///
    /// # Errors
    /// When the store fails, or cannot list.
    pub async fn page(&self, after: Option<&Cursor>, at_most: usize) -> Result<SessionPage, Error> {
        let lister = self.place.store.lister().ok_or_else(Error::no_lister)?;
        let now = self.place.setup.now();
        let page = lister.list(self.place.ids.namespace().prefix(), after, at_most, now).await?;
        let entries = page.entries.into_iter().map(|(key, stored)| self.place.entry(key, stored, now));
        Ok(SessionPage { entries: entries.collect(), next: page.next })
    }

    /// Returns the entries of an owner, in the order in which they got the owner. `owner` is the name passed to
    /// [`log_in`](crate::Session::log_in).
    ///
    /// # Errors
    /// When the store fails or does not support owners.
    pub async fn of_owner(&self, owner: &str) -> Result<Vec<SessionEntry>, Error> {
        self.of_stored_owner(&owner_name(owner)).await
    }

    /// By the owner's name as it is stored.
    pub(super) async fn of_stored_owner(&self, owner: &str) -> Result<Vec<SessionEntry>, Error> {
        let now = self.place.setup.now();
        let owners: &dyn Owners = self.place.owners()?;
        let found = owners.owned_by(&self.place.ids.namespace().owner(owner), now).await?;
        Ok(found.into_iter().map(|(key, stored)| self.place.entry(key, stored, now)).collect())
    }

    /// Ends a session, or removes a record that cannot be read; other entries are left alone. The session ends even if it has a newer id by
    /// now, and no request that is on its way brings it back. Returns `false` if there was nothing to end any more.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn end(&self, entry: &SessionEntry) -> Result<bool, Error> {
        if !matches!(entry.kind, EntryKind::Session | EntryKind::Unreadable) {
            return Ok(false);
        }
        let (key, seen) = (entry.key.clone(), entry.stored.revision.clone());
        self.place.end_from(key, Some(seen), Ending::FROM_ELSEWHERE, self.place.setup.now()).await
    }

    /// Removes up to `at_most` expired entries of the program, and returns how many were removed. Returns `None` if the engine removes them
    /// by itself.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn sweep(&self, at_most: usize) -> Result<Option<usize>, Error> {
        let Some((sweeper, prefix)) = self.place.sweeper() else { return Ok(None) };
        Ok(Some(sweeper.sweep(prefix, at_most, self.place.setup.now()).await?))
    }
}
