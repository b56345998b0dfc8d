//! Copies sessions into another store, under the same keys, so that all cookies stay valid.
//!
//! An entry is created at the target, and replaces another one only if it is newer: by the time of the last write, which Dewar's own records
//! have, or by the expiry, which every use of a session in Flask-Session's records extends. After each write the source is looked at again,
//! since the session may have changed or ended there; what has ended is taken back.
//!
//! What the source does not have any more has ended, with or without a tombstone: "log out everywhere" and operators leave none, and one that
//! was left is gone after a minute. A source that lost its memory looks the same, so a session that it lost while it was copied is lost. The
//! other way round a logout would be undone. What was copied before is removed only by [`Copier::remove_copy`], and callers ask
//! [`Copier::has_lost`] before.

use std::time::Duration;

use super::copy_mark::CopyMark;
use super::copy_outcome::{CopyOutcome, CopySettingsError};
use super::session_admin::SessionAdmin;
use super::session_entry::{EntryKind, SessionEntry};
use crate::clock::UnixTime;
use crate::manager::error::Error;
use crate::store::{Entry, Revision, StoreKey, Stored, Write, WriteOutcome};

/// How often a session may change while it is copied.
const MAX_ROUNDS: usize = 8;

/// Engines round times, so a difference of less than this says nothing.
pub(super) const ROUNDING: Duration = Duration::from_secs(1);

/// Copies the sessions of a program from one store to another.
#[derive(Debug, Clone)]
pub struct Copier {
    pub(super) from: SessionAdmin,
    pub(super) to: SessionAdmin,
    ends_source: bool,
}

/// What the source holds after an entry was stored at the target.
enum AtSource {
    Same,
    Changed(Box<SessionEntry>),
    Ended,
}

/// What the target holds where an entry was to be stored.
enum AtTarget {
    Nothing,
    Older(Revision),
    Kept(CopyOutcome),
}

impl Copier {
    /// Copies from one place to the other. With `ends_source`, each session ends at the source once it is at the target: for a program that
    /// [migrates](crate::SessionManager::migrating_from) from the source meanwhile.
    ///
    /// # Errors
    /// When the two have different formats or names.
    pub fn new(from: SessionAdmin, to: SessionAdmin, ends_source: bool) -> Result<Self, CopySettingsError> {
        if from.place.records.rules() != to.place.records.rules() {
            return Err(CopySettingsError::OtherFormat);
        }
        if from.place.ids.namespace().prefix() != to.place.ids.namespace().prefix() {
            return Err(CopySettingsError::OtherName);
        }
        Ok(Self { from, to, ends_source })
    }

    /// Returns the entries to copy when a listing of the source returns this one: itself, or if it is the first of its owner, all of the
    /// owner's, in the order in which they got the owner. The others of an owner lead to nothing, because they are copied with the first.
    ///
    /// # Errors
    /// When the source fails.
    pub async fn due(&self, entry: SessionEntry) -> Result<Vec<SessionEntry>, Error> {
        let Some(owner) = entry.owner.as_ref().filter(|_| self.from.knows_owners()) else {
            return Ok(vec![entry]);
        };
        let mut all = self.from.of_stored_owner(&owner.to_str_lossy()).await?;
        all.retain(|one| one.kind == EntryKind::Session);
        let is_known = all.iter().any(|one| one.key == entry.key);
        match all.first() {
            Some(first) if first.key == entry.key => Ok(all),
            Some(_) if is_known => Ok(Vec::new()),
            // It has another owner by now, or its engine has lost track of it.
            _ => Ok(vec![entry]),
        }
    }

    /// Copies an entry of the source. Also returns the mark of what was copied, which is another version if the session changed meanwhile.
    ///
    /// # Errors
    /// When a store fails or refuses the entry. The target then has it, has an older version of it, or does not have it; nothing is lost, and
    /// it can be copied again.
    pub async fn copy(&self, entry: &SessionEntry) -> Result<(CopyOutcome, CopyMark), Error> {
        let (mut source, mut seen, mut outcome) = (entry.clone(), None, CopyOutcome::Copied);
        for _ in 0..MAX_ROUNDS {
            if let Some(why) = self.is_not_copied(&source) {
                return Ok((why, source.copy_mark()));
            }
            match self.put(&source, seen.as_ref()).await? {
                Some(revision) => match self.look_at_source(&source).await? {
                    AtSource::Same => return Ok((outcome, source.copy_mark())),
                    AtSource::Changed(newer) => (source, seen) = (*newer, Some(revision)),
                    AtSource::Ended => {
                        self.take_back(&source.key, &revision).await?;
                        return Ok((CopyOutcome::EndedAtSource, source.copy_mark()));
                    }
                },
                None => match self.look_at_target(&source).await? {
                    AtTarget::Nothing => seen = None,
                    AtTarget::Older(revision) => (seen, outcome) = (Some(revision), CopyOutcome::Updated),
                    AtTarget::Kept(outcome) if !self.ends_source => return Ok((outcome, source.copy_mark())),
                    AtTarget::Kept(outcome) => match self.look_at_source(&source).await? {
                        AtSource::Changed(newer) => (source, seen) = (*newer, None),
                        AtSource::Same | AtSource::Ended => return Ok((outcome, source.copy_mark())),
                    },
                },
            }
        }
        Err(Error::gave_up())
    }

    /// Returns what [`copy`](Self::copy) would do with this entry, without doing it.
    ///
    /// # Errors
    /// When the target fails.
    pub async fn check(&self, entry: &SessionEntry) -> Result<CopyOutcome, Error> {
        if let Some(why) = self.is_not_copied(entry) {
            return Ok(why);
        }
        Ok(match self.compare(entry).await?.0 {
            AtTarget::Nothing => CopyOutcome::Copied,
            AtTarget::Older(_) => CopyOutcome::Updated,
            AtTarget::Kept(outcome) => outcome,
        })
    }

    /// Whether this entry of the target is no session at the source.
    ///
    /// # Errors
    /// When the source fails.
    pub async fn has_ended_at_source(&self, at_target: &SessionEntry) -> Result<bool, Error> {
        let now = self.from.place.setup.now();
        let stored = self.from.place.load(&at_target.key, now).await?;
        Ok(stored
            .is_none_or(|stored| !self.is_live(&self.from.place.entry(at_target.key.clone(), stored, now))))
    }

    /// Removes an entry of the target, if it is still as it was seen. For what has ended at the source since it was copied.
    ///
    /// # Errors
    /// When the target fails.
    pub async fn remove_copy(&self, at_target: &SessionEntry) -> Result<bool, Error> {
        self.take_back(&at_target.key, &at_target.stored.revision).await
    }

    fn is_not_copied(&self, entry: &SessionEntry) -> Option<CopyOutcome> {
        let now = self.to.place.setup.now();
        match entry.kind {
            EntryKind::Expired => Some(CopyOutcome::Expired),
            _ if entry.expires.is_some_and(|expires| now >= expires) => Some(CopyOutcome::Expired),
            _ if self.is_live(entry) => None,
            _ => Some(CopyOutcome::NotASession),
        }
    }

    /// Whether a program could use it. A Flask program may read what cannot be read here.
    fn is_live(&self, entry: &SessionEntry) -> bool {
        match entry.kind {
            EntryKind::Session | EntryKind::Revocation => true,
            EntryKind::Unreadable => !self.from.place.setup.rules.leaves_tombstones,
            EntryKind::Tombstone | EntryKind::Expired => false,
        }
    }

    /// Whether it ends at the source. A revocation stays, because the old program goes on with it.
    fn ends(&self, source: &SessionEntry) -> bool {
        self.ends_source && source.kind != EntryKind::Revocation
    }

    /// Stores the entry at the target, over what was seen there; `None` if something else is there.
    async fn put(&self, source: &SessionEntry, seen: Option<&Revision>) -> Result<Option<Revision>, Error> {
        let place = &self.to.place;
        let owner = source.owner.as_ref();
        let entry = Entry {
            owner: owner.map(|owner| place.ids.namespace().owner(&owner.to_str_lossy())),
            is_unique: place.setup.rules.has_unique_writes,
            ..Entry::new(source.stored.payload.clone(), source.expires)
        };
        let write = match seen {
            None => Write::create(&source.key, &entry),
            Some(seen) => Write::swap(&source.key, seen, &entry),
        };
        match place.store.write(write, place.setup.now()).await? {
            WriteOutcome::Saved(revision) => Ok(Some(revision)),
            _ => Ok(None),
        }
    }

    async fn look_at_target(&self, source: &SessionEntry) -> Result<AtTarget, Error> {
        let (found, extend_to) = self.compare(source).await?;
        if let Some(expires) = extend_to {
            let place = &self.to.place;
            place.store.touch(&source.key, expires, place.setup.now()).await?;
        }
        Ok(found)
    }

    /// Also returns the later expiry that the source has for the same payload.
    async fn compare(&self, source: &SessionEntry) -> Result<(AtTarget, Option<UnixTime>), Error> {
        let place = &self.to.place;
        let now = place.setup.now();
        let Some(stored) = place.load(&source.key, now).await? else { return Ok((AtTarget::Nothing, None)) };
        if stored.payload == source.stored.payload {
            let extend_to = source.expires.filter(|_| is_later(source.expires, stored.expires));
            return Ok((AtTarget::Kept(CopyOutcome::AlreadyThere), extend_to));
        }
        let target = place.entry(source.key.clone(), stored, now);
        Ok((self.weigh(source, target), None))
    }

    fn weigh(&self, source: &SessionEntry, target: SessionEntry) -> AtTarget {
        let is_newer = match (source.kind, source.written, target.written) {
            // Of two revocations, the one that ends more.
            (EntryKind::Revocation, ..) => source.stored.payload > target.stored.payload,
            (_, Some(source), Some(target)) => source > target,
            _ => is_later(source.expires, target.expires),
        };
        match target.kind {
            EntryKind::Tombstone => AtTarget::Kept(CopyOutcome::EndedAtTarget),
            _ if is_newer => AtTarget::Older(target.stored.revision),
            _ => AtTarget::Kept(CopyOutcome::TargetIsNewer),
        }
    }

    /// Whether the session is still as it was copied; ends it there if that was asked for.
    async fn look_at_source(&self, source: &SessionEntry) -> Result<AtSource, Error> {
        let place = &self.from.place;
        let now = place.setup.now();
        if !self.ends(source) {
            let found = place.load(&source.key, now).await?;
            return Ok(self.found_at_source(source, found, now));
        }
        let tombstone = place.tombstone(&source.key, None, now)?.unwrap_or_else(|| Entry::expired(now));
        let write = Write::swap(&source.key, &source.stored.revision, &tombstone);
        Ok(match place.store.write(write, now).await? {
            WriteOutcome::Changed(found) => self.found_at_source(source, Some(found), now),
            WriteOutcome::Gone => AtSource::Ended,
            _ => AtSource::Same,
        })
    }

    fn found_at_source(&self, source: &SessionEntry, found: Option<Stored>, now: UnixTime) -> AtSource {
        let Some(stored) = found else { return AtSource::Ended };
        if stored.payload == source.stored.payload && !self.ends(source) {
            return AtSource::Same;
        }
        let found = self.from.place.entry(source.key.clone(), stored, now);
        if self.is_live(&found) { AtSource::Changed(Box::new(found)) } else { AtSource::Ended }
    }

    async fn take_back(&self, key: &StoreKey, seen: &Revision) -> Result<bool, Error> {
        let place = &self.to.place;
        let now = place.setup.now();
        let written = place.store.write(Write::swap(key, seen, &Entry::expired(now)), now).await?;
        Ok(matches!(written, WriteOutcome::Saved(_) | WriteOutcome::Removed))
    }
}

fn is_later(source: Option<UnixTime>, target: Option<UnixTime>) -> bool {
    match (source, target) {
        (Some(source), Some(target)) => source > target.plus(ROUNDING),
        (None, target) => target.is_some(),
        (Some(_), None) => false,
    }
}
