//! The entries of an owner. Whoever calls holds the owner's lock, so that no entry comes to the owner meanwhile.

use std::io;
use std::time::Instant;

use dewar_core::clock::UnixTime;
use dewar_core::{StoreKey, Stored, Surplus};

use super::entry_files::EntryFiles;
use super::name::Name;
use super::record::Record;
use crate::files::failed::Failed;

impl EntryFiles {
    pub(super) fn of(&self, owner: &Name, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, Failed> {
        let shown = |(_, record): (Name, Record)| (record.key.clone(), record.stored());
        Ok(self.members(owner, now)?.into_iter().map(shown).collect())
    }

    pub(super) fn remove_all(
        &self,
        owner: &Name,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, Failed> {
        let mut members = self.members(owner, now)?;
        members.retain(|(_, record)| Some(&record.key) != except);
        Ok(self.remove_members(owner, members, now)?.len())
    }

    pub(super) fn trim(
        &self,
        owner: &Name,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, Failed> {
        let mut members = self.members(owner, now)?;
        if surplus == Surplus::Newest {
            members.reverse();
        }
        members.truncate(members.len().saturating_sub(at_most));
        self.remove_members(owner, members, now)
    }

    /// Those of the index that are live, first comers first.
    fn members(&self, owner: &Name, now: UnixTime) -> io::Result<Vec<(Name, Record)>> {
        let mut members = self.repaired(owner)?;
        members.retain(|(_, record)| !record.is_expired(now));
        members.sort_by_key(|(_, record)| record.place);
        Ok(members)
    }

    /// Drops from the index what is gone or of another owner. What is over stays: a touch by a slower clock may yet extend it.
    pub(super) fn repaired(&self, owner: &Name) -> io::Result<Vec<(Name, Record)>> {
        self.check()?;
        let mut members = Vec::new();
        for name in self.index.entries(owner)? {
            match self.counting(&name)?.filter(|record| belongs(record, owner)) {
                Some(record) => members.push((name, record)),
                None => self.index.drop(owner, &name),
            }
        }
        Ok(members)
    }

    /// Removes all that can be removed, and tells of the first that cannot.
    fn remove_members(
        &self,
        owner: &Name,
        members: Vec<(Name, Record)>,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, Failed> {
        let until = Instant::now() + self.locks.tries;
        let (mut removed, mut failure) = (Vec::new(), None);
        for (name, _) in members {
            match self.remove_member(owner, &name, until, now) {
                Ok(key) => removed.extend(key),
                Err(failed) => failure = failure.or(Some(failed)),
            }
        }
        match failure {
            None => Ok(removed),
            Some(failed) if removed.is_empty() => Err(failed),
            Some(failed) => Err(failed.after_a_change()),
        }
    }

    /// Removes an entry, unless it has gone or changed hands since it was read.
    fn remove_member(
        &self,
        owner: &Name,
        name: &Name,
        until: Instant,
        now: UnixTime,
    ) -> Result<Option<StoreKey>, Failed> {
        let _held = self.locks.hold_shard(name.shard(), until)?;
        let Some(record) = self.live_to_write(name, now)?.filter(|record| belongs(record, owner)) else {
            return Ok(None);
        };
        self.clear(name, None)?;
        self.index.drop(owner, name);
        Ok(Some(record.key))
    }
}

fn belongs(record: &Record, owner: &Name) -> bool {
    record.owner.as_deref().is_some_and(|text| Name::of(text) == *owner)
}
