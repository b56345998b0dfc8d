//! Sessions in this process's memory.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Place;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Created, Entry, Renamed, Store, StoreError, StoreKey, Stored, Swapped, Touch};
use crate::clock::UnixTime;
use crate::revision::Revision;

/// Keeps sessions in this process's memory: they end with it.
#[derive(Default)]
pub struct Memory {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    entries: HashMap<StoreKey, (Entry, u64)>,
    writes: u64,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf {
    fn get(&mut self, key: &StoreKey, now: UnixTime) -> Option<&mut (Entry, u64)> {
        self.entries.get_mut(key).filter(|(entry, _)| !entry.is_over(now))
    }

    fn put(&mut self, key: &StoreKey, entry: &Entry) -> Revision {
        self.writes += 1;
        self.entries.insert(key.clone(), (entry.clone(), self.writes));
        Revision::of_number(self.writes)
    }
}

fn stored((entry, number): &(Entry, u64)) -> Stored {
    Stored { payload: entry.payload.clone(), revision: Revision::of_number(*number), expires: entry.expires }
}

#[async_trait]
impl Store for Memory {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let mut shelf = self.lock();
        let Some(found) = shelf.get(key, now) else { return Ok(None) };
        let answer = stored(found);
        if let Some(touch) = touch {
            found.0.expires = Some(touch.expires);
        }
        Ok(Some(answer))
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let mut shelf = self.lock();
        if shelf.get(key, now).is_some() {
            return Ok(Created::AlreadyThere);
        }
        Ok(Created::Created(shelf.put(key, entry)))
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let mut shelf = self.lock();
        match shelf.get(key, now).map(|found| stored(found)) {
            None => Ok(Swapped::Gone),
            Some(found) if found.revision != *seen => Ok(Swapped::Changed(found)),
            Some(_) => Ok(Swapped::Swapped(shelf.put(key, entry))),
        }
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<Renamed, StoreError> {
        let mut shelf = self.lock();
        match shelf.get(old, now).map(|found| stored(found)) {
            None => return Ok(Renamed::Gone),
            Some(found) if found.revision != *seen => return Ok(Renamed::Changed(found)),
            Some(_) if shelf.get(new, now).is_some() => return Ok(Renamed::AlreadyThere),
            Some(_) => {}
        }
        let revision = shelf.put(new, entry);
        match tombstone {
            Some(tombstone) => _ = shelf.put(old, tombstone),
            None => _ = shelf.entries.remove(old),
        }
        Ok(Renamed::Renamed(revision))
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        Ok(self.lock().get(key, now).map(|(entry, _)| entry.expires = Some(expires)).is_some())
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let mut shelf = self.lock();
        let was_there = shelf.get(key, now).is_some();
        match (shelf.entries.entry(key.clone()), tombstone) {
            (Place::Occupied(mut place), Some(tombstone)) if was_there => {
                place.get_mut().0 = tombstone.clone();
                place.get_mut().1 = u64::MAX;
            }
            (Place::Occupied(place), _) => _ = place.remove(),
            (Place::Vacant(_), _) => {}
        }
        Ok(was_there)
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} entries)", self.lock().entries.len())
    }
}
