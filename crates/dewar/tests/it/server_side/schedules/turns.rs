//! A store whose calls wait for their turn, and the scheduler.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use dewar::clock::UnixTime;
use dewar::inspect::{ParsedRecord, RecordKind};
use dewar::store::{
    Answer, AsyncStore, Entry, Owners, Store, StoreError, StoreKey, Stored, Touch, Trim, Write, WriteOutcome,
    async_trait,
};

use super::choices::CallEnd;
use super::history::{Change, SharedRun};

/// A store each of whose calls waits once, and then runs as one step.
#[derive(Debug)]
pub(super) struct Turns {
    store: Arc<dyn Store>,
    run: SharedRun,
}

/// Runs all requests to the end, one step of one request at a time.
pub(super) fn interleave<'r>(mut running: Vec<Pin<Box<dyn Future<Output = ()> + 'r>>>, run: &SharedRun) {
    let mut context = Context::from_waker(Waker::noop());
    // What a request does before its first call is not visible to another.
    running.retain_mut(|request| request.as_mut().poll(&mut context).is_pending());
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

    /// Waits for its turn. Then the call is done and answered, or done without an answer, or not done. A change is recorded.
    async fn step<'a, T: Send + 'a>(
        &self,
        call: impl FnOnce() -> Answer<'a, T> + Send,
        changes: impl Fn(&T) -> Vec<Change> + Send,
    ) -> Result<T, StoreError> {
        let mut has_waited = false;
        poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        let end = {
            let mut run = self.run.lock().unwrap();
            run.step += 1;
            run.choices.call()
        };
        if end == CallEnd::NotDone {
            return Err(StoreError::no_answer("the call was lost"));
        }
        let answer = call().await;
        if let Ok(answer) = &answer {
            let mut run = self.run.lock().unwrap();
            changes(answer).into_iter().for_each(|change| run.note(change));
        }
        if end == CallEnd::Answered { answer } else { Err(StoreError::no_answer("the answer was lost")) }
    }

    fn owning(&self) -> &dyn Owners {
        self.store.owners().unwrap()
    }
}

/// The change that a write has made.
fn change(write: &Write<'_>, written: &WriteOutcome, now: UnixTime) -> Option<Change> {
    Some(match (*write, written) {
        (Write::Create { key, .. }, WriteOutcome::Saved(_)) => Change::Created(key.clone()),
        (Write::Swap { key, entry, .. }, WriteOutcome::Saved(_)) => replaced(key, entry, now),
        (Write::Rename { key, new_key, .. }, WriteOutcome::Saved(_)) => {
            Change::Renamed(key.clone(), new_key.clone())
        }
        (Write::Remove { key, .. }, WriteOutcome::Removed) => Change::Ended(key.clone()),
        _ => return None,
    })
}

/// The change that a swap has made: a tombstone or an expired entry ends the session.
fn replaced(key: &StoreKey, entry: &Entry, now: UnixTime) -> Change {
    let record = ParsedRecord::read(key, &entry.payload);
    let is_tombstone = record.is_some_and(|record| record.kind == RecordKind::Tombstone);
    if is_tombstone || entry.is_expired(now) {
        Change::Ended(key.clone())
    } else {
        Change::Written(key.clone())
    }
}

impl AsyncStore for Turns {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.step(|| self.store.load(key, touch, now), |_| Vec::new()).await
    }

    async fn load_without_expiry(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.step(|| self.store.load_without_expiry(key, now), |_| Vec::new()).await
    }

    fn is_faster_without_expiry(&self) -> bool {
        self.store.is_faster_without_expiry()
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let changes = |written: &WriteOutcome| Vec::from_iter(change(&write, written, now));
        self.step(|| self.store.write(write, now), changes).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.step(|| self.store.touch(key, expires, now), |_| Vec::new()).await
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

#[async_trait]
impl Owners for Turns {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        self.step(|| Answer::Later(self.owning().owned_by(owner, now)), |_| Vec::new()).await
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        self.step(|| Answer::Later(self.owning().remove_all(owner, except, now)), |_| Vec::new()).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let changes = |removed: &Vec<StoreKey>| removed.iter().cloned().map(Change::Ended).collect();
        self.step(|| Answer::Later(self.owning().trim(owner, at_most, trim, now)), changes).await
    }
}
