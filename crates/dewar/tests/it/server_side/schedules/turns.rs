//! A store whose calls wait for their turn, and the scheduler that gives it.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use dewar::clock::UnixTime;
use dewar::store::{
    Created, Entry, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Touch, async_trait,
};

use super::explore::Order;

/// Whether a request may be dropped, or a call fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishaps {
    None,
    /// Once in a run.
    One,
}

/// What all requests of a run share: the choices, and how many mishaps are left.
#[derive(Debug)]
pub(super) struct Fate {
    order: Order,
    mishaps: usize,
}

pub(super) type SharedFate = Arc<Mutex<Fate>>;

/// Each call waits once, then it is one step.
#[derive(Debug)]
pub(super) struct Turns {
    store: Arc<dyn Store>,
    fate: SharedFate,
}

impl Fate {
    pub(super) fn new(order: Order, mishaps: Mishaps) -> SharedFate {
        let mishaps = if mishaps == Mishaps::One { 1 } else { 0 };
        Arc::new(Mutex::new(Self { order, mishaps }))
    }

    pub(super) fn into_order(fate: &SharedFate) -> Order {
        std::mem::take(&mut fate.lock().unwrap().order)
    }

    /// One of the good ways, or, as long as mishaps are left, one of the bad ones, which come after them.
    fn choose(&mut self, good: usize, bad: usize) -> usize {
        let chosen = self.order.choose(if self.mishaps > 0 { good + bad } else { good });
        self.mishaps -= usize::from(chosen >= good);
        chosen
    }
}

/// Runs them to their ends, one step of one of them at a time. `None`: this one was dropped.
pub(super) fn interleave<'r, T>(
    requests: Vec<Pin<Box<dyn Future<Output = T> + 'r>>>,
    fate: &SharedFate,
) -> Vec<Option<T>> {
    let mut outcomes: Vec<Option<T>> = requests.iter().map(|_| None).collect();
    let mut running: Vec<_> = requests.into_iter().enumerate().collect();
    let mut context = Context::from_waker(Waker::noop());
    // Up to the first call of each nothing can be seen by another.
    running.retain_mut(|(number, request)| advance(request, &mut context, &mut outcomes[*number]));
    while !running.is_empty() {
        let chosen = fate.lock().unwrap().choose(running.len(), running.len());
        let (place, is_dropped) = (chosen % running.len(), chosen >= running.len());
        let (number, request) = &mut running[place];
        if is_dropped || !advance(request, &mut context, &mut outcomes[*number]) {
            drop(running.remove(place));
        }
    }
    outcomes
}

/// Whether it goes on.
fn advance<T>(
    request: &mut Pin<Box<dyn Future<Output = T> + '_>>,
    context: &mut Context<'_>,
    outcome: &mut Option<T>,
) -> bool {
    match request.as_mut().poll(context) {
        Poll::Pending => true,
        Poll::Ready(ended) => {
            *outcome = Some(ended);
            false
        }
    }
}

impl Turns {
    pub(super) fn new(store: Arc<dyn Store>, fate: SharedFate) -> Self {
        Self { store, fate }
    }

    /// Waits for its turn. Then the call is done and answered; or done and not answered; or not even done.
    async fn step<T: Send>(
        &self,
        call: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let mut has_waited = false;
        poll_fn(|_| if std::mem::replace(&mut has_waited, true) { Poll::Ready(()) } else { Poll::Pending })
            .await;
        let fate = self.fate.lock().unwrap().choose(1, 2);
        if fate == 2 {
            return Err(StoreError::no_answer("the question was lost"));
        }
        let answer = call.await;
        if fate == 1 { Err(StoreError::no_answer("the answer was lost")) } else { answer }
    }
}

#[async_trait]
impl Store for Turns {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.step(self.store.load(key, touch, now)).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        self.step(self.store.create(key, entry, now)).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        self.step(self.store.swap(key, seen, entry, now)).await
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
        self.step(self.store.rename(old, new, seen, entry, tombstone, now)).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.step(self.store.touch(key, expires, now)).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        self.step(self.store.remove(key, tombstone, now)).await
    }
}
