//! A store whose writes wait for the test, and a request that is saved through it step by step.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use dewar::Session;
use dewar::error::Error;
use dewar::store::StoreError;
use dewar::value::Value;
use dewar::web::SessionHeaders;

use super::super::Site;
use crate::hooked_store::{Call, Hook, HookedStore};

/// Each write waits until the test decides its outcome.
#[derive(Debug)]
struct Gate(Arc<Mutex<VecDeque<Outcome>>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Done,
    Failed,
}

impl Gate {
    async fn pass(&self) -> Result<(), StoreError> {
        let outcome = poll_fn(|context| match self.0.lock().unwrap().pop_front() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
        });
        match outcome.await {
            Outcome::Done => Ok(()),
            Outcome::Failed => Err(StoreError::no_answer("the call was lost")),
        }
    }
}

impl Hook for Gate {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        if matches!(call, Call::Write(_)) { self.pass().await } else { Ok(()) }
    }
}

type Save = Pin<Box<dyn Future<Output = Result<SessionHeaders, Error>> + Send>>;

/// A site with one request that is saved step by step.
pub(super) struct Stepped {
    /// For other requests, which do not wait.
    pub(super) site: Site,
    pub(super) slow: Site,
    pub(super) outcomes: Arc<Mutex<VecDeque<Outcome>>>,
    pub(super) cookie: String,
    pub(super) session: Session,
    pub(super) saves: VecDeque<Save>,
}

impl Stepped {
    pub(super) async fn new(is_flask: bool) -> Self {
        let site = if is_flask { Site::flask(|s| s) } else { Site::new(|s| s) };
        let outcomes = Arc::new(Mutex::new(VecDeque::new()));
        let gate = HookedStore::new(Gate(Arc::clone(&outcomes)), Arc::clone(&site.store));
        let gated = |s: dewar::ServerSide| dewar::ServerSide { store: Arc::new(gate), ..s };
        let slow = if is_flask { Site::flask(gated) } else { Site::new(gated) };
        let cookie = site.login().await;
        let session = slow.request(&cookie).await.session;
        Self { site, slow, outcomes, cookie, session, saves: VecDeque::new() }
    }

    /// Begins a save and polls it until its write waits, or an earlier save.
    pub(super) fn begin(&mut self) -> Option<Result<SessionHeaders, Error>> {
        let (manager, session) = (self.slow.manager.clone(), self.session.clone());
        self.saves.push_back(Box::pin(async move { manager.save(&session).await }));
        self.poll()
    }

    /// Ends the write that waits. Returns the reply of the save that ends with it.
    pub(super) fn end(&mut self, outcome: Outcome) -> Option<Result<SessionHeaders, Error>> {
        self.outcomes.lock().unwrap().push_back(outcome);
        let reply = self.poll();
        self.outcomes.lock().unwrap().clear();
        reply
    }

    /// Polls all saves: when the first one has ended, the next one goes on.
    fn poll(&mut self) -> Option<Result<SessionHeaders, Error>> {
        let mut context = Context::from_waker(Waker::noop());
        let mut ended = None;
        let polled = self.saves.iter_mut().map(|save| save.as_mut().poll(&mut context)).collect::<Vec<_>>();
        for (at, poll) in polled.into_iter().enumerate().rev() {
            if let Poll::Ready(reply) = poll {
                drop(self.saves.remove(at));
                ended = Some(reply);
            }
        }
        ended
    }

    pub(super) fn save(&mut self) -> SessionHeaders {
        let mut reply = self.begin();
        for _ in 0..8 {
            reply = reply.or_else(|| self.end(Outcome::Done));
        }
        reply.expect("a save that ends").unwrap()
    }

    pub(super) async fn value(&self, key: &str) -> Option<Value> {
        self.site.request(&self.cookie).await.session.get_value(key)
    }
}
