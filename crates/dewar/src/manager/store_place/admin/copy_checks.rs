//! What a copy asks before it ends or removes anything.

use std::time::Duration;

use bytes::Bytes;

use super::copier::{Copier, ROUNDING};
use super::session_entry::SessionEntry;
use crate::manager::error::Error;
use crate::store::{Entry, Write};

/// What is stored for a moment in a format without tombstones: a session without data.
const EMPTY_MAP: &[u8] = &[0x80];
/// How long it stays if it cannot be removed.
const PROBE_TTL: Duration = Duration::from_secs(60);

impl Copier {
    /// Whether both are the same store, whatever their URLs say: `localhost` and `127.0.0.1` may be, and a copy with `ends_source` would
    /// end every session. Stores an entry at the target for a moment, under a key that no session has, and looks for it at the source.
    ///
    /// # Errors
    /// When a store fails or refuses the entry.
    pub async fn is_same_store(&self) -> Result<bool, Error> {
        let place = &self.to.place;
        let now = place.setup.now();
        let key = place.ids.key(&place.ids.generate(&place.setup.random, None)?);
        let tombstone = place.tombstone(&key, None, now)?;
        let probe =
            tombstone.unwrap_or_else(|| Entry::new(Bytes::from_static(EMPTY_MAP), Some(now.plus(PROBE_TTL))));
        let _ = place.store.write(Write::create(&key, &probe), now).await?;
        let found = self.from.place.load(&key, self.from.place.setup.now()).await;
        let _ = place.store.write(Write::remove(&key, None), place.setup.now()).await?;
        Ok(found?.is_some())
    }

    /// Whether the source has none of these entries any more, neither the sessions nor tombstones, although they were not to expire yet: it was
    /// restarted without its data, or emptied. What then seems to have ended was lost. Pass sessions that the source had a short time ago, a
    /// dozen of them rather than one.
    ///
    /// # Errors
    /// When the source fails.
    pub async fn has_lost(&self, at_source: &[SessionEntry]) -> Result<bool, Error> {
        let place = &self.from.place;
        let now = place.setup.now();
        let mut is_lost = false;
        for entry in at_source {
            if place.load(&entry.key, now).await?.is_some() {
                return Ok(false);
            }
            is_lost |= entry.expires.is_none_or(|expires| expires > now.plus(ROUNDING));
        }
        Ok(is_lost)
    }
}
