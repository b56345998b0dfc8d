//! `SessionManager::ended`: connections that outlive their request are closed when the session ends.

mod cookies;
mod flask;
mod followed;
pub(crate) mod over_http;
mod polls;
mod unstored;

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Store, StoreError};
use dewar::{ServerSide, Session, SessionManager};
use tokio::sync::watch;
use tokio::task::{JoinHandle, yield_now};

use crate::hooked_store::{Call, Hook, HookedStore};

const START: UnixTime = UnixTime::from_seconds(1_709_210_096);

/// Time that is moved by hand, for the manager and for the timers of those that wait.
#[derive(Debug, Clone)]
struct Time(watch::Sender<u64>);

impl Time {
    fn new() -> Self {
        Self(watch::Sender::new(0))
    }

    fn clock(&self) -> Clock {
        let seconds = self.0.clone();
        Clock::from_fn(move || START.plus(Duration::from_secs(*seconds.borrow())))
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send + use<> {
        let mut seconds = self.0.subscribe();
        let end = *seconds.borrow() + duration.as_secs();
        async move { _ = seconds.wait_for(|now| *now >= end).await }
    }

    /// Advances second by second; every future that can continue does.
    async fn pass(&self, seconds: u64) {
        for _ in 0..seconds {
            self.0.send_modify(|now| *now += 1);
            settle().await;
        }
    }
}

async fn settle() {
    for _ in 0..20 {
        yield_now().await;
    }
}

/// Counts the loads; fails them, or never answers.
#[derive(Debug, Default)]
struct Probe {
    loads: AtomicUsize,
    is_down: AtomicBool,
    is_stuck: AtomicBool,
}

impl Hook for Probe {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        if !matches!(call, Call::Load) {
            return Ok(());
        }
        self.loads.fetch_add(1, Ordering::Relaxed);
        if self.is_stuck.load(Ordering::Relaxed) {
            pending::<()>().await;
        }
        if self.is_down.load(Ordering::Relaxed) {
            return Err(StoreError::no_answer("connection refused"));
        }
        Ok(())
    }
}

/// A site whose time and store the test moves.
struct Site {
    manager: SessionManager,
    store: Arc<HookedStore<Probe>>,
    time: Time,
}

impl Site {
    fn new() -> Self {
        Self::with(|store| ServerSide::new("shop", store))
    }

    fn with(settings: impl FnOnce(Arc<dyn Store>) -> ServerSide) -> Self {
        let (time, store) = (Time::new(), Arc::new(HookedStore::<Probe>::default()));
        let settings = ServerSide { clock: time.clock(), ..settings(store.clone()) };
        Self { manager: SessionManager::server_side(settings).unwrap(), store, time }
    }

    async fn open(&self, cookie: &str) -> Session {
        self.manager.open([cookie.as_bytes()]).await.unwrap()
    }

    /// A whole request. Returns the cookie that the client has afterwards.
    async fn visit(&self, cookie: &str, handle: impl FnOnce(&Session)) -> String {
        let session = self.open(cookie).await;
        handle(&session);
        let reply = self.manager.save(&session).await.unwrap();
        let held = reply.set_cookie().map(|line| line.split(';').next().unwrap().to_owned());
        held.unwrap_or_else(|| cookie.to_owned())
    }

    async fn login(&self, owner: &'static str) -> String {
        self.visit("", |session| session.set_owner(owner)).await
    }

    /// A connection that waits for the end of this session.
    fn wait(&self, session: &Session) -> Connection {
        let time = self.time.clone();
        let ended = self.manager.ended(session, move |duration| time.sleep(duration));
        Connection(tokio::spawn(ended))
    }

    /// A connection that came with this cookie.
    async fn connect(&self, cookie: &str) -> Connection {
        let connection = self.wait(&self.open(cookie).await);
        settle().await;
        self.loads();
        connection
    }

    /// How often the store was asked since the last call.
    fn loads(&self) -> usize {
        self.store.hook.loads.swap(0, Ordering::Relaxed)
    }
}

/// Is closed when it is dropped.
struct Connection(JoinHandle<()>);

impl Connection {
    fn is_open(&self) -> bool {
        !self.0.is_finished()
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}
