//! The guard as a store: what may be asked twice, and what the second answer means.

use dewar_core::clock::UnixTime;
use dewar_core::{
    Created, Entry, Lister, Owners, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Sweeper,
    Touch, async_trait,
};

use super::Guard;
use super::call::{Answer, Call};

#[async_trait]
#[deny(clippy::missing_trait_methods)]
impl Store for Guard {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let call = Call::new(self, "load", key);
        let answer = call.ask(|| self.store.load(key, touch, now)).await;
        call.end(answer.map(|answer| answer.value))
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let call = Call::new(self, "create", key);
        let answer = match call.ask(|| self.store.create(key, entry, now)).await {
            Ok(Answer { value: Created::AlreadyThere, lost: Some(lost) }) => {
                let found = call.ask_once(|| self.store.load(key, None, now)).await;
                created(found, entry, lost)
            }
            answer => answer.map(|answer| answer.value),
        };
        call.end(answer)
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let call = Call::new(self, "swap", key).repeatable_if(entry.is_unique);
        let answer = call.ask(|| self.store.swap(key, seen, entry, now)).await;
        call.end(answer.and_then(|answer| swapped(answer, entry)))
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
        let is_unique = tombstone.is_some_and(|tombstone| tombstone.is_unique);
        let call = Call::new(self, "rename", old).repeatable_if(is_unique);
        let answer = match call.ask(|| self.store.rename(old, new, seen, entry, tombstone, now)).await {
            Ok(Answer { value, lost: Some(lost) }) if !matches!(value, Renamed::Renamed(_)) => {
                let found = call.ask_once(|| self.store.load(new, None, now)).await;
                renamed(value, found, entry, tombstone, lost)
            }
            answer => answer.map(|answer| answer.value),
        };
        call.end(answer)
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let call = Call::new(self, "touch", key);
        let answer = call.ask(|| self.store.touch(key, expires, now)).await;
        call.end(answer.map(|answer| answer.value))
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let call = Call::new(self, "remove", key);
        let answer = call.ask(|| self.store.remove(key, tombstone, now)).await;
        call.end(answer.map(|answer| answer.value))
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        self.store.sweeper().map(|_| self as &dyn Sweeper)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        self.store.lister().map(|_| self as &dyn Lister)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.store.owners().map(|_| self as &dyn Owners)
    }
}

/// A second try that finds its own entry was done the first time. If it finds another, nobody can tell whether ours came before
/// it: to write once more could be to write twice.
fn swapped(answer: Answer<Swapped>, entry: &Entry) -> Result<Swapped, StoreError> {
    match (answer.value, answer.lost) {
        (Swapped::Changed(found), Some(_)) if found.payload == entry.payload => {
            Ok(Swapped::Swapped(found.revision))
        }
        (Swapped::Changed(_), Some(lost)) => Err(lost),
        (value, _) => Ok(value),
    }
}

/// A key is another one for each session, so whoever finds its own payload under it has put it there with the first try. If
/// nothing is there any more, it was made and ended, or was another's: nobody can tell.
fn created(
    found: Result<Option<Stored>, StoreError>,
    entry: &Entry,
    lost: StoreError,
) -> Result<Created, StoreError> {
    match found {
        Ok(Some(found)) if found.payload == entry.payload => Ok(Created::Created(found.revision)),
        Ok(Some(_)) => Ok(Created::AlreadyThere),
        _ => Err(lost),
    }
}

/// If our entry is under the new key, the first try was done, whatever became of the old key since. If it is not, but our tombstone
/// lies under the old key, it was done, and the new entry is gone or another's by now. Else the second answer is the answer.
fn renamed(
    answer: Renamed,
    found: Result<Option<Stored>, StoreError>,
    entry: &Entry,
    tombstone: Option<&Entry>,
    lost: StoreError,
) -> Result<Renamed, StoreError> {
    let is_ours = |old: &Stored| tombstone.is_some_and(|tombstone| old.payload == tombstone.payload);
    match (answer, found) {
        (_, Ok(Some(new))) if new.payload == entry.payload => Ok(Renamed::Renamed(new.revision)),
        (Renamed::Changed(old), Ok(None)) if is_ours(&old) => Ok(Renamed::Gone),
        (Renamed::Changed(old), Ok(Some(_))) if is_ours(&old) => Err(lost),
        (_, Err(_)) => Err(lost),
        (answer, Ok(_)) => Ok(answer),
    }
}
