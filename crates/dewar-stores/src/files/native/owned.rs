//! The entries of an owner. The caller holds the owner's lock, so that the owner gets no new entry meanwhile.

use std::io;
use std::time::Instant;

use dewar_core::clock::UnixTime;
use dewar_core::{StoreKey, Stored, Trim};

use super::format::NativeFiles;
use super::name::Name;
use super::record::Record;
use crate::files::failure::Failure;
use crate::files::format::Format as _;

impl NativeFiles {
    pub(super) fn owned(&self, owner: &Name, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, Failure> {
        let shown = |(_, record): (Name, Record)| (record.key.clone(), record.stored());
        Ok(self.members(owner, now)?.into_iter().map(shown).collect())
    }

    pub(super) fn remove_all(
        &self,
        owner: &Name,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, Failure> {
        let mut members = self.members(owner, now)?;
        members.retain(|(_, record)| Some(&record.key) != except);
        Ok(self.remove_members(owner, members, now)?.len())
    }

    pub(super) fn trim(
        &self,
        owner: &Name,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, Failure> {
        let mut members = self.members(owner, now)?;
        if trim == Trim::Newest {
            members.reverse();
        }
        members.truncate(members.len().saturating_sub(at_most));
        self.remove_members(owner, members, now)
    }

    /// The live entries in the index, in the order in which they got this owner.
    fn members(&self, owner: &Name, now: UnixTime) -> io::Result<Vec<(Name, Record)>> {
        let mut members = self.repaired(owner)?;
        members.retain(|(_, record)| !record.is_expired(now));
        members.sort_by_key(|(_, record)| record.position);
        Ok(members)
    }

    /// Removes entries from the index that are gone or have another owner. Expired entries stay: a touch by a process with a slower clock may
    /// still extend them.
    pub(super) fn repaired(&self, owner: &Name) -> io::Result<Vec<(Name, Record)>> {
        self.check()?;
        let mut members = Vec::new();
        for name in self.index.entries(owner)? {
            match self.current(&name)?.filter(|record| belongs(record, owner)) {
                Some(record) => members.push((name, record)),
                None => self.index.remove(owner, &name),
            }
        }
        Ok(members)
    }

    /// Removes every entry that can be removed, and then fails if one could not, with the first error.
    fn remove_members(
        &self,
        owner: &Name,
        members: Vec<(Name, Record)>,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, Failure> {
        let until = Instant::now() + self.folder.locks.timeout;
        let (mut removed, mut first) = (Vec::new(), None);
        for (name, _) in members {
            match self.remove_member(owner, &name, until, now) {
                Ok(key) => removed.extend(key),
                Err(failure) => first = first.or(Some(failure)),
            }
        }
        match first {
            None => Ok(removed),
            Some(failure) if removed.is_empty() => Err(failure),
            Some(failure) => Err(failure.after_a_change()),
        }
    }

    /// Removes an entry, unless it is gone or has another owner by now.
    fn remove_member(
        &self,
        owner: &Name,
        name: &Name,
        until: Instant,
        now: UnixTime,
    ) -> Result<Option<StoreKey>, Failure> {
        let _lock = self.folder.locks.lock_in_walk(name.shard(), until)?;
        let Some(record) = self.live_to_write(name, now)?.filter(|record| belongs(record, owner)) else {
            return Ok(None);
        };
        self.discard(name)?;
        self.index.remove(owner, name);
        Ok(Some(record.key))
    }
}

fn belongs(record: &Record, owner: &Name) -> bool {
    record.owner.as_deref().is_some_and(|text| Name::from_text(text) == *owner)
}
