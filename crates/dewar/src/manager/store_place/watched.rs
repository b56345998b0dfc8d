//! Looking up a session that a connection is watching.

use super::StorePlace;
use super::records::Found;
use crate::clock::UnixTime;
use crate::manager::ended::WatchState;
use crate::manager::error::Error;
use crate::manager::watches::WatchKey;
use crate::session::{NewId, State};

/// How many new ids are followed in one lookup; the rest follow in the next.
const SUCCESSORS: usize = 8;

impl StorePlace {
    pub(in crate::manager) fn watch_state(&self, state: &State) -> WatchState {
        if let Some(stored_at) = &state.origin.stored_at {
            let key = stored_at.key.clone();
            return WatchState::Watch(WatchKey { key, owner: state.owner(), owned_since: UnixTime::EPOCH });
        }
        let had_ended = state.origin.ended_id.is_some() && state.new_id() != Some(NewId::Begin);
        if state.destroyed || had_ended { WatchState::Ended } else { WatchState::NotStored }
    }

    /// Finds the session where it is now. Returns `None` if it has ended or has a different owner.
    pub(in crate::manager) async fn find(&self, watch_key: &WatchKey) -> Result<Option<WatchKey>, Error> {
        let now = self.setup.now();
        let mut place = watch_key.clone();
        for _ in 0..=SUCCESSORS {
            let Some(stored) = self.load(&place.key, now).await? else { return Ok(None) };
            match self.records.read(&place.key, &stored, &self.setup.lifetimes, now) {
                Found::Session { present, .. } => {
                    let is_same = watch_key.owner.is_none() || watch_key.owner == present.owner;
                    return Ok(is_same.then_some(WatchKey { owner: present.owner, ..place }));
                }
                Found::Tombstone { successor: Some(successor), .. } => place.key = successor.key,
                Found::Tombstone { successor: None, .. } | Found::Expired => return Ok(None),
                Found::Unreadable(_) => return Err(Error::unreadable()),
            }
        }
        Ok(Some(place))
    }
}
