//! Listing and ending the sessions of an owner.

use sha2::{Digest, Sha256};

use super::StorePlace;
use super::end::Ending;
use super::records::Found;
use crate::manager::error::Error;
use crate::session::{Session, SessionId, SessionInfo, StoredSession};
use crate::store::{Owners, StoreKey};

impl StorePlace {
    /// The sessions that have not expired, oldest first.
    pub(in crate::manager) async fn sessions_of(
        &self,
        owner: &str,
        current: Option<&Session>,
    ) -> Result<Vec<SessionInfo>, Error> {
        let now = self.setup.now();
        let current = current.and_then(|session| self.key_of(session));
        let entries = self.owners()?.owned_by(&self.ids.namespace().owner(owner), now).await?;
        let infos = entries.into_iter().filter_map(|(key, stored)| {
            let found = self.records.read(&key, &stored, &self.setup.lifetimes, now);
            let Found::Session { present, .. } = found else { return None };
            Some(SessionInfo {
                handle: self.handle_of(&key, &present),
                created: present.times.created,
                // If the idle limit was longer when the expiry was set, the result would be too late.
                last_seen: present.times.refreshed.min(now),
                device: present.device,
                is_current: current.as_ref() == Some(&key),
            })
        });
        Ok(infos.collect())
    }

    /// Returns whether the owner had such a session. Requests in progress find it gone, even if it has a newer id.
    pub(in crate::manager) async fn end_session(&self, owner: &str, handle: &str) -> Result<bool, Error> {
        let now = self.setup.now();
        let entries = self.owners()?.owned_by(&self.ids.namespace().owner(owner), now).await?;
        let mut was_there = false;
        for (key, stored) in entries {
            let found = self.records.read(&key, &stored, &self.setup.lifetimes, now);
            if matches!(found, Found::Session { present, .. } if self.handle_of(&key, &present) == handle) {
                was_there |= self.end_from(key, Some(stored.revision), Ending::FROM_ELSEWHERE, now).await?;
            }
        }
        Ok(was_there)
    }

    /// Ends all of an owner's sessions except the one under this key.
    pub(in crate::manager) async fn end_all(
        &self,
        owner: &str,
        except: Option<StoreKey>,
    ) -> Result<usize, Error> {
        let now = self.setup.now();
        Ok(self.owners()?.remove_all(&self.ids.namespace().owner(owner), except.as_ref(), now).await?)
    }

    /// The key of the session with this id.
    pub(in crate::manager) fn key(&self, id: &SessionId) -> StoreKey {
        self.ids.key(id)
    }

    /// The key of a session, or `None` if it is not stored or has ended.
    pub(in crate::manager) fn key_of(&self, session: &Session) -> Option<StoreKey> {
        session.lock().origin.stored_at.as_ref().map(|stored_at| stored_at.key.clone())
    }

    pub(super) fn owners(&self) -> Result<&dyn Owners, Error> {
        self.store.owners().ok_or_else(Error::no_owners)
    }

    /// 64 bits of a hash of what stays the same when the session gets a new id: the tag in its key and its start time. Flask-Session's
    /// records contain neither, so there it is a hash of the key, even if a key prefix contains braces.
    pub(super) fn handle_of(&self, key: &StoreKey, present: &StoredSession) -> String {
        let key = key.as_str();
        let digest = match key.split_once('}').filter(|_| self.setup.rules.shows_tag) {
            Some((until_tag, _)) => {
                let began = present.times.created.millis().to_be_bytes();
                Sha256::new_with_prefix(until_tag).chain_update(began).finalize()
            }
            None => Sha256::digest(key.as_bytes()),
        };
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}
