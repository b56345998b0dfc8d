//! An engine that fails as a script says.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use dewar_core::clock::UnixTime;
use dewar_core::{
    Answer, AsyncStore, Memory, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
    async_trait,
};
use tokio::time::sleep;

/// What happens to one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Act {
    /// The call is done and answered.
    #[default]
    Answer,
    /// The call is done and answered after this time.
    AnswerAfter(Duration),
    /// The connection breaks before the call is done.
    Break,
    /// The connection breaks after this time, before the call is done.
    BreakAfter(Duration),
    /// The call is done, and the answer is lost.
    Lose,
    /// The engine refuses.
    Refuse,
    /// The engine is unavailable: nothing is done.
    Decline,
    /// The call never ends.
    Hang,
}

/// An engine that plays the acts one by one, then repeats the last one forever.
#[derive(Debug, Default)]
pub(super) struct Scripted {
    pub(super) memory: Memory,
    timeout: Option<Duration>,
    acts: Mutex<(VecDeque<Act>, Act)>,
    calls: AtomicUsize,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

impl Scripted {
    pub(super) fn new(acts: &[Act], then: Act) -> Self {
        let store = Self::default();
        store.play(acts, then);
        store
    }

    /// Says that it gives up after this time. It does not.
    pub(super) fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout: Some(timeout), ..self }
    }

    pub(super) fn play(&self, acts: &[Act], then: Act) {
        *self.acts.lock().unwrap() = (acts.iter().copied().collect(), then);
    }

    /// How many calls it has seen.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    /// The largest number of concurrent calls.
    pub(super) fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    fn next(&self) -> Act {
        let (acts, then) = &mut *self.acts.lock().unwrap();
        acts.pop_front().unwrap_or(*then)
    }

    async fn act<'a, T>(&self, call: impl FnOnce() -> Answer<'a, T>) -> Result<T, StoreError>
    where
        T: 'a,
    {
        let _present = Present::new(self);
        match self.next() {
            Act::Answer => return call().await,
            Act::AnswerAfter(while_) => {
                sleep(while_).await;
                return call().await;
            }
            Act::Break => {}
            Act::BreakAfter(while_) => sleep(while_).await,
            Act::Lose => _ = call().await,
            Act::Refuse => return Err(StoreError::refused("out of memory")),
            Act::Decline => return Err(StoreError::unavailable("a replica")),
            Act::Hang => pending().await,
        }
        Err(StoreError::no_answer("connection reset"))
    }
}

/// Counts a call until this is dropped.
struct Present<'a>(&'a Scripted);

impl<'a> Present<'a> {
    fn new(store: &'a Scripted) -> Self {
        store.calls.fetch_add(1, Ordering::SeqCst);
        let under_way = store.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        store.most.fetch_max(under_way, Ordering::SeqCst);
        Self(store)
    }
}

impl Drop for Present<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

impl AsyncStore for Scripted {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.act(|| self.memory.load(key, touch, now)).await
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.act(|| self.memory.write(write, now)).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.act(|| self.memory.touch(key, expires, now)).await
    }

    fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }
}

#[async_trait]
impl Sweeper for Scripted {
    async fn sweep(&self, _: &str, _: usize, _: UnixTime) -> Result<usize, StoreError> {
        self.act(|| Answer::ready(0)).await
    }
}
