//! What became of a session that a connection waits for.

use super::StorePlace;
use super::records::Found;
use crate::clock::UnixTime;
use crate::manager::ended::Sight;
use crate::manager::error::Error;
use crate::manager::watches::Subject;
use crate::session::{NewId, State};

/// How many new ids are followed at once; the rest at the next look.
const SUCCESSORS: usize = 8;

impl StorePlace {
    pub(in crate::manager) fn sight(&self, state: &State) -> Sight {
        if let Some(stored_at) = &state.origin.stored_at {
            let key = self.ids.key(&stored_at.id);
            return Sight::Of(Subject { key, owner: state.owner(), owned_since: UnixTime::EPOCH });
        }
        let had_ended = state.origin.ended_id.is_some() && state.new_id() != Some(NewId::Begin);
        if state.destroyed || had_ended { Sight::Ended } else { Sight::NotYet }
    }

    /// The session where it is now; `None` if it has ended or belongs to somebody else.
    pub(in crate::manager) async fn find(&self, subject: &Subject) -> Result<Option<Subject>, Error> {
        let now = self.setup.now();
        let mut place = subject.clone();
        for _ in 0..=SUCCESSORS {
            let Some(stored) = self.load(&place.key, now).await? else { return Ok(None) };
            match self.records.read(&place.key, &stored, &self.setup.lifetimes, now) {
                Found::Session { present, .. } => {
                    let is_same = subject.owner.is_none() || subject.owner == present.owner;
                    return Ok(is_same.then_some(Subject { owner: present.owner, ..place }));
                }
                Found::Tombstone { successor: Some(successor), .. } => place.key = successor.key,
                Found::Tombstone { successor: None, .. } | Found::Expired => return Ok(None),
                Found::Unreadable(_) => return Err(Error::unreadable()),
            }
        }
        Ok(Some(place))
    }
}
