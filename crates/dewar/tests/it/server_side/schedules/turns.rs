//! A store whose calls wait for their turn, and the scheduler that gives it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use dewar::clock::UnixTime;
use dewar::store::{
    Entry, Owners, Revision, Store, StoreError, StoreKey, Stored, Surplus, Touch, async_trait,
};
use dewar::{NativeRecord, RecordKind};
use dewar_core::old::{Created, OldCalls as _, OldStore, Renamed, Swapped};

use super::fate::Call;
use super::history::{Change, SharedRun};

/// Each call waits once, then it is one step.
#[derive(Debug)]
pub(super) struct Turns {
    store: Arc<dyn Store>,
    run: SharedRun,
}

/// Runs them to their ends, one step of one of them at a time.
pub(super) fn interleave<'r>(mut running: Vec<Pin<Box<dyn Future<Output = ()> + 'r>>>, run: &SharedRun) {
    let mut context = Context::from_waker(Waker::noop());
    // Up to the first call of each nothing can be seen by another.
    running.retain_mut(|one| one.as_mut().poll(&mut context).is_pending());
    while !running.is_empty() {
        let place = run.lock().unwrap().turn(running.len());
        if running[place].as_mut().poll(&mut context).is_ready() {
            drop(running.remove(place));
        }
    }
}

impl Turns {
    pub(super) fn new(store: Arc<dyn Store>, run: SharedRun) -> Self {
        Self { store, run }
    }

    /// Waits for its turn. Then the call is done and answered; or done and not answered; or not even done. What was done is noted.
    async fn step<T: Send>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
        changes: impl Fn(&T) -> Vec<Change> + Send,
    ) -> Result<T, StoreError> {
        let mut has_waited = false;
        poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        let fate = {
            let mut run = self.run.lock().unwrap();
            run.step += 1;
            run.fate.call()
        };
        if fate == Call::NotEvenDone {
            return Err(StoreError::no_answer("the question was lost"));
        }
        let answer = call.await;
        if let Ok(answer) = &answer {
            let mut run = self.run.lock().unwrap();
            changes(answer).into_iter().for_each(|change| run.note(change));
        }
        if fate == Call::Answered { answer } else { Err(StoreError::no_answer("the answer was lost")) }
    }

    fn owning(&self) -> &dyn Owners {
        self.store.owners().unwrap()
    }
}

/// What it means to have replaced an entry by this one.
fn replaced(key: &StoreKey, entry: &Entry, now: UnixTime) -> Change {
    let record = NativeRecord::read(key, &entry.payload);
    let is_tombstone = record.is_some_and(|record| record.kind == RecordKind::Tombstone);
    if is_tombstone || entry.is_expired(now) {
        Change::Ended(key.clone())
    } else {
        Change::Written(key.clone())
    }
}

dewar_core::converted!(Turns);

#[async_trait]
impl OldStore for Turns {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.step(self.store.load(key, touch, now), |_| Vec::new()).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        let changes = |answer: &Created| match answer {
            Created::Created(_) => vec![Change::Begun(key.clone())],
            Created::AlreadyThere => Vec::new(),
        };
        self.step(self.store.create(key, entry, now), changes).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        let changes = |answer: &Swapped| match answer {
            Swapped::Swapped(_) => vec![replaced(key, entry, now)],
            _ => Vec::new(),
        };
        self.step(self.store.swap(key, seen, entry, now), changes).await
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
        let changes = |answer: &Renamed| match answer {
            Renamed::Renamed(_) => vec![Change::Renamed(old.clone(), new.clone())],
            _ => Vec::new(),
        };
        self.step(self.store.rename(old, new, seen, entry, tombstone, now), changes).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.step(self.store.touch(key, expires, now), |_| Vec::new()).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        let changes =
            |was_there: &bool| if *was_there { vec![Change::Ended(key.clone())] } else { Vec::new() };
        self.step(self.store.remove(key, tombstone, now), changes).await
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

#[async_trait]
impl Owners for Turns {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        self.step(self.owning().of(owner, now), |_| Vec::new()).await
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        self.step(self.owning().remove_all(owner, except, now), |_| Vec::new()).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let changes = |gone: &Vec<StoreKey>| gone.iter().cloned().map(Change::Ended).collect();
        self.step(self.owning().trim(owner, at_most, surplus, now), changes).await
    }
}
