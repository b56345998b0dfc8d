//! "Log out everywhere" for sessions in cookies: a store contains the time before which an owner's sessions are not valid.
//!
//! A cookie cannot be revoked, but its content can be checked. Each session of an owner contains the time at which it got that owner, its
//! stamp. The store contains the last stamp that is no longer valid, the owner's epoch. Opening a session that has an owner takes one
//! lookup; a login takes one more, for the stamp. A stamp is always later than the existing epoch, so the clocks of several machines need
//! not agree.

use std::sync::Arc;
use std::time::Duration;

use super::error::Error;
use super::namespace::Namespace;
use super::sealed_payload::SealedSession;
use super::settings_error::SettingsError;
use crate::clock::UnixTime;
use crate::store::{Entry, IntoStore, Store, StoreKey, Stored, Sweeper, Write, WriteOutcome};
use crate::value::Text;

/// The maximum number of concurrent "log out everywhere" calls for the same owner that may come first.
const MAX_ROUNDS: usize = 8;

/// The minimum time between an epoch and a stamp after it. The next epoch is not earlier than such a stamp.
const TICK: Duration = Duration::from_millis(1);

/// The store for "log out everywhere" with sessions in cookies.
#[derive(Debug, Clone)]
pub struct Revocation {
    /// The program's name in the store, 1 to 32 characters of `a-z`, `0-9` and `-`. It separates programs that share an engine.
    pub name: String,
    /// The store. A small and fast one is enough: an owner who was never logged out everywhere has no entry.
    pub store: Arc<dyn Store>,
}

impl Revocation {
    /// Creates the setting with the program's name and the store.
    #[must_use]
    pub fn new(name: impl Into<String>, store: impl IntoStore) -> Self {
        Self { name: name.into(), store: store.into_store() }
    }
}

/// Reads and writes epochs.
#[derive(Debug)]
pub(super) struct Revocations {
    namespace: Namespace,
    store: Arc<dyn Store>,
}

impl Revocations {
    pub(super) fn new(settings: &Revocation) -> Result<Self, SettingsError> {
        Ok(Self { namespace: Namespace::named(&settings.name)?, store: Arc::clone(&settings.store) })
    }

    /// The sweeper for epochs that are older than any cookie.
    pub(super) fn sweeper(&self) -> Option<(&dyn Sweeper, &str)> {
        Some((self.store.sweeper()?, self.namespace.prefix()))
    }

    /// The key of this owner's epoch.
    pub(super) fn key(&self, owner: &Text) -> StoreKey {
        self.namespace.epoch(owner)
    }

    /// Whether a session that got its owner at this time is still valid.
    pub(super) async fn is_current(
        &self,
        owner: &Text,
        since: UnixTime,
        now: UnixTime,
    ) -> Result<bool, Error> {
        Ok(self.last(owner, now).await?.is_none_or(|epoch| since > epoch))
    }

    /// Returns a valid stamp for a session that gets its owner now.
    pub(super) async fn stamp(&self, owner: &Text, now: UnixTime) -> Result<UnixTime, Error> {
        let later = |epoch: UnixTime| epoch.plus(TICK);
        Ok(self.last(owner, now).await?.map_or(now, |epoch| now.max(later(epoch))))
    }

    /// Invalidates all sessions that were stamped so far, even by a clock that is fast. `longest` is how long a session may live after it
    /// began.
    pub(super) async fn begin(
        &self,
        owner: &Text,
        longest: Option<Duration>,
        now: UnixTime,
    ) -> Result<(), Error> {
        let key = self.key(owner);
        for _ in 0..MAX_ROUNDS {
            let present = self.store.load(&key, None, now).await?;
            let epoch = now.plus(SealedSession::CLOCK_SKEW);
            let epoch = present.as_ref().and_then(moment).map_or(epoch, |last| epoch.max(last.plus(TICK)));
            // The time when the last session that it ends would have expired.
            let expires = longest.map(|longest| epoch.plus(longest));
            let entry = Entry::new(epoch.millis().to_be_bytes().to_vec(), expires);
            let write = match &present {
                None => Write::create(&key, &entry),
                Some(seen) => Write::swap(&key, &seen.revision, &entry),
            };
            if let WriteOutcome::Saved(_) = self.store.write(write, now).await? {
                return Ok(());
            }
        }
        Err(Error::gave_up())
    }

    async fn last(&self, owner: &Text, now: UnixTime) -> Result<Option<UnixTime>, Error> {
        match self.store.load(&self.key(owner), None, now).await? {
            None => Ok(None),
            // An unreadable entry may have been a newer epoch: damage must not let a session in.
            Some(stored) => moment(&stored).map(Some).ok_or_else(Error::unreadable),
        }
    }
}

fn moment(stored: &Stored) -> Option<UnixTime> {
    let bytes: [u8; 8] = stored.payload.as_ref().try_into().ok()?;
    Some(UnixTime::from_millis(i64::from_be_bytes(bytes)))
}
