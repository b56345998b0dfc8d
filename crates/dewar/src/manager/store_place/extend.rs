//! Extends the expiry of a session by writing it, in a store that is faster without the expiry.

use super::StorePlace;
use super::open::OpenedRecord;
use super::records::RecordContents;
use crate::clock::UnixTime;
use crate::lifetime::{Refresh, Times};
use crate::manager::error::Error;
use crate::session::StoredSession;
use crate::store::{Entry, StoreError, StoreErrorKind, Stored, Write, WriteOutcome};

impl StorePlace {
    /// Whether a session that was loaded without its expiry must be written, so that it does not expire while it is used. One with its own
    /// lifetime is written when it is saved, as in every store.
    pub(super) fn must_be_extended(&self, stored: &Stored, present: &StoredSession, now: UnixTime) -> bool {
        // It was loaded again with its expiry, because it seemed to have expired.
        let was_extended_in_store_alone = stored.expires.is_some();
        let lifetime = &self.setup.lifetimes.general;
        self.reads_without_expiry
            && present.timeouts.is_none()
            && lifetime.refresh != Refresh::OnChange
            && (was_extended_in_store_alone || lifetime.is_write_due(present.times, now))
    }

    /// Writes the session, with this time as that of its last use. A failure is left for the next request.
    ///
    /// What was opened keeps the time of the use before, by which it is decided whether its cookie must be set again.
    pub(super) async fn extend(&self, session: &mut OpenedRecord, now: UnixTime) {
        if let Err(why) = self.try_to_extend(session, now).await {
            self.setup.best_effort_skipped(&why);
        }
    }

    async fn try_to_extend(&self, session: &mut OpenedRecord, now: UnixTime) -> Result<(), Error> {
        let times = Times { refreshed: now, ..session.present.times };
        let at = &session.stored_at;
        let written = match self.extended(session, times) {
            Ok(entry) => self.store.write(Write::swap(&at.key, &at.revision, &entry), now).await,
            Err(too_large) => Err(StoreError::refused(too_large)),
        };
        match written {
            Ok(WriteOutcome::Saved(revision)) => session.stored_at.revision = revision,
            // Another request has written it, and extended it by that, or has ended it.
            Ok(_) => {}
            Err(why) if why.kind() == StoreErrorKind::Refused => {
                // There is no room for it. An engine that refuses to write may still move the expiry.
                if let Some(expires) = self.setup.lifetimes.general.expires_at(times) {
                    self.store.touch(&at.key, expires, now).await?;
                }
            }
            Err(why) => return Err(why.into()),
        }
        Ok(())
    }

    fn extended(&self, session: &OpenedRecord, times: Times) -> Result<Entry, Error> {
        let StoredSession { data, is_permanent, timeouts, owner, device, is_presented, .. } =
            &session.present;
        let contents = RecordContents {
            data,
            is_permanent: *is_permanent,
            times,
            timeouts: *timeouts,
            owner: owner.as_ref(),
            device,
            is_presented: *is_presented,
        };
        let entry = self.encoded(&session.stored_at.key, &contents, self.write_number()?)?;
        Ok(Entry { is_unique: true, keeps_owner: true, ..entry })
    }
}
