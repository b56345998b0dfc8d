//! The guard as a store: what may be asked twice, and what the second answer means.

use dewar_core::clock::UnixTime;
use dewar_core::{
    AsyncStore, Entry, Lister, Owners, StoreError, StoreKey, Stored, Sweeper, Touch, Write, Written,
};

use super::Guard;
use super::call::{Answered, Call};

#[deny(clippy::missing_trait_methods)]
impl AsyncStore for Guard {
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

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<Written, StoreError> {
        let call = Call::new(self, write.name(), write.key()).repeatable_if(write.is_repeatable());
        let answer = match call.ask(|| self.store.write(write, now)).await {
            Ok(Answered { value, lost: Some(lost) }) => {
                let found = match looks_again(&write, &value) {
                    Some(key) => Some(call.ask_once(|| self.store.load(key, None, now)).await),
                    None => None,
                };
                second(&write, value, found, lost)
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

/// Where to look before the second answer can be understood.
fn looks_again<'a>(write: &Write<'a>, second: &Written) -> Option<&'a StoreKey> {
    match (*write, second) {
        (Write::Create { key, .. }, Written::Taken) => Some(key),
        (Write::Rename { .. }, Written::Saved(_)) => None,
        (Write::Rename { new_key, .. }, _) => Some(new_key),
        _ => None,
    }
}

/// What the second answer means, when that of the first try was lost.
fn second(
    write: &Write<'_>,
    answer: Written,
    found: Option<Result<Option<Stored>, StoreError>>,
    lost: StoreError,
) -> Result<Written, StoreError> {
    match (*write, found) {
        (Write::Create { entry, .. }, Some(found)) => created(found, entry, lost),
        (Write::Swap { entry, .. }, _) => swapped(answer, entry, lost),
        (Write::Rename { entry, tombstone, .. }, Some(found)) => {
            renamed(answer, found, entry, tombstone, lost)
        }
        _ => Ok(answer),
    }
}

/// A second try that finds its own entry was done the first time. If it finds another, nobody can tell whether ours came before
/// it: to write once more could be to write twice.
fn swapped(answer: Written, entry: &Entry, lost: StoreError) -> Result<Written, StoreError> {
    match answer {
        Written::Changed(found) if found.payload == entry.payload => Ok(Written::Saved(found.revision)),
        Written::Changed(_) => Err(lost),
        answer => Ok(answer),
    }
}

/// A key is another one for each session, so whoever finds its own payload under it has put it there with the first try. If
/// nothing is there any more, it was made and ended, or was another's: nobody can tell.
fn created(
    found: Result<Option<Stored>, StoreError>,
    entry: &Entry,
    lost: StoreError,
) -> Result<Written, StoreError> {
    match found {
        Ok(Some(found)) if found.payload == entry.payload => Ok(Written::Saved(found.revision)),
        Ok(Some(_)) => Ok(Written::Taken),
        _ => Err(lost),
    }
}

/// If our entry is under the new key, the first try was done, whatever became of the old key since. If it is not, but our tombstone
/// lies under the old key, it was done, and the new entry is gone or another's by now. Else the second answer is the answer.
fn renamed(
    answer: Written,
    found: Result<Option<Stored>, StoreError>,
    entry: &Entry,
    tombstone: Option<&Entry>,
    lost: StoreError,
) -> Result<Written, StoreError> {
    let is_ours = |old: &Stored| tombstone.is_some_and(|tombstone| old.payload == tombstone.payload);
    match (answer, found) {
        (_, Ok(Some(new))) if new.payload == entry.payload => Ok(Written::Saved(new.revision)),
        (Written::Changed(old), Ok(None)) if is_ours(&old) => Ok(Written::Gone),
        (Written::Changed(old), Ok(Some(_))) if is_ours(&old) => Err(lost),
        (_, Err(_)) => Err(lost),
        (answer, Ok(_)) => Ok(answer),
    }
}
