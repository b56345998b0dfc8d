//! A store whose writes wait for the test, and a request that is saved through it step by step.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use dewar::clock::UnixTime;
use dewar::store::{Entry, Memory, Revision, Store, StoreError, StoreKey, Stored, Touch, async_trait};
use dewar::value::Value;
use dewar::{Error, Reply, Session};
use dewar_core::old::{Created, OldCalls as _, OldStore, Renamed, Swapped};

use super::super::Site;

/// A store whose writes wait until the test says what becomes of each.
#[derive(Debug)]
struct Gate {
    store: Arc<Memory>,
    fates: Arc<Mutex<VecDeque<Fate>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Done,
    Failed,
}

impl Gate {
    async fn pass(&self) -> Result<(), StoreError> {
        let fate = poll_fn(|context| match self.fates.lock().unwrap().pop_front() {
            Some(fate) => Poll::Ready(fate),
            None => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        });
        match fate.await {
            Fate::Done => Ok(()),
            Fate::Failed => Err(StoreError::no_answer("the question was lost")),
        }
    }
}

dewar_core::converted!(Gate);

#[async_trait]
impl OldStore for Gate {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.store.load(key, touch, now).await
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Result<Created, StoreError> {
        self.pass().await?;
        self.store.create(key, entry, now).await
    }

    async fn swap(
        &self,
        key: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        now: UnixTime,
    ) -> Result<Swapped, StoreError> {
        self.pass().await?;
        self.store.swap(key, seen, entry, now).await
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
        self.pass().await?;
        self.store.rename(old, new, seen, entry, tombstone, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.store.touch(key, expires, now).await
    }

    async fn remove(
        &self,
        key: &StoreKey,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Result<bool, StoreError> {
        self.pass().await?;
        self.store.remove(key, tombstone, now).await
    }
}

type Save = Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>;

/// A site of which one request is saved step by step.
pub(super) struct Stepped {
    /// Others' requests: nothing waits.
    pub(super) site: Site,
    pub(super) slow: Site,
    pub(super) fates: Arc<Mutex<VecDeque<Fate>>>,
    pub(super) cookie: String,
    pub(super) session: Session,
    pub(super) saves: VecDeque<Save>,
}

impl Stepped {
    pub(super) async fn new(is_flask: bool) -> Self {
        let site = if is_flask { Site::flask(|s| s) } else { Site::new(|s| s) };
        let fates = Arc::new(Mutex::new(VecDeque::new()));
        let gate = Gate { store: Arc::clone(&site.store), fates: Arc::clone(&fates) };
        let gated = |s: dewar::ServerSide| dewar::ServerSide { store: Arc::new(gate), ..s };
        let slow = if is_flask { Site::flask(gated) } else { Site::new(gated) };
        let cookie = site.login().await;
        let session = slow.request(&cookie).await.session;
        Self { site, slow, fates, cookie, session, saves: VecDeque::new() }
    }

    /// Begins a save and goes on until its write waits, or an earlier save.
    pub(super) fn begin(&mut self) -> Option<Result<Reply, Error>> {
        let (manager, session) = (self.slow.manager.clone(), self.session.clone());
        self.saves.push_back(Box::pin(async move { manager.save(&session).await }));
        self.poll()
    }

    /// Lets the write that waits come to this end. Gives the reply of the save that is over by that.
    pub(super) fn end(&mut self, fate: Fate) -> Option<Result<Reply, Error>> {
        self.fates.lock().unwrap().push_back(fate);
        let over = self.poll();
        self.fates.lock().unwrap().clear();
        over
    }

    /// The first save is over: the next one goes on.
    fn poll(&mut self) -> Option<Result<Reply, Error>> {
        let mut context = Context::from_waker(Waker::noop());
        let mut over = None;
        let polled = self.saves.iter_mut().map(|save| save.as_mut().poll(&mut context)).collect::<Vec<_>>();
        for (at, poll) in polled.into_iter().enumerate().rev() {
            if let Poll::Ready(reply) = poll {
                drop(self.saves.remove(at));
                over = Some(reply);
            }
        }
        over
    }

    pub(super) fn save(&mut self) -> Reply {
        let mut over = self.begin();
        for _ in 0..8 {
            over = over.or_else(|| self.end(Fate::Done));
        }
        over.expect("a save that ends").unwrap()
    }

    pub(super) async fn value(&self, key: &str) -> Option<Value> {
        self.site.request(&self.cookie).await.session.value(key)
    }
}
