//! The program of a test: on any framework, over a store that can be watched, held up and failed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dewar::store::StoreError;
use dewar::{ClientSide, CookiePolicy, SecretKeys, ServerSide, SessionManager};
use dewar_testbed::{Framework, Server, Site};
use tokio::sync::Notify;

use crate::browser::Browser;
use crate::hooked_store::{Call, Hook, HookedStore};

/// A running program and its store.
pub(super) struct Shop {
    pub(super) server: Server,
    pub(super) store: Arc<HookedStore<Switches>>,
}

impl Shop {
    /// Sessions in the store.
    pub(super) fn open(framework: Framework) -> Self {
        Self::with(framework, |settings| settings, |site| site)
    }

    /// Sessions in the store, with settings.
    pub(super) fn with(
        framework: Framework,
        settings: impl FnOnce(ServerSide) -> ServerSide,
        site: impl FnOnce(Site) -> Site,
    ) -> Self {
        let store = Arc::new(HookedStore::<Switches>::default());
        let stored = ServerSide { cookie: cookie(), ..ServerSide::new("shop", Arc::clone(&store)) };
        let sessions = SessionManager::server_side(settings(stored)).unwrap();
        let server = Server::start_with(framework, async { site(Site::new(sessions)) });
        Self { server, store }
    }

    /// A new visitor.
    pub(super) fn visitor(&self) -> Browser {
        Browser::new(self.server.address)
    }

    /// A browser in which somebody has logged in.
    pub(super) fn user(&self, name: &str) -> Browser {
        let mut browser = self.visitor();
        assert_eq!(browser.get(&format!("/sign-in?u={name}&o=user:{name}")).body, name);
        browser
    }
}

/// A program with sealed cookies, and one with Flask's.
pub(super) fn in_cookies(framework: Framework) -> [(&'static str, Server); 2] {
    let keys = || SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let sealed = ClientSide { cookie: cookie(), ..ClientSide::new(keys()) };
    [("sealed", sealed), ("Flask's", ClientSide::flask(keys()))].map(|(name, settings)| {
        (name, Server::start(framework, SessionManager::client_side(settings).unwrap()))
    })
}

/// Without `Secure`: the tests speak plain HTTP.
fn cookie() -> CookiePolicy {
    CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() }
}

/// What a test does to the store.
#[derive(Debug)]
pub(super) struct Switches {
    fails_loads: AtomicBool,
    fails_writes: AtomicBool,
    holds_next_write: AtomicBool,
    is_held: (Sender<()>, Mutex<Receiver<()>>),
    go_on: Notify,
}

impl Default for Switches {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self {
            fails_loads: AtomicBool::default(),
            fails_writes: AtomicBool::default(),
            holds_next_write: AtomicBool::default(),
            is_held: (sender, Mutex::new(receiver)),
            go_on: Notify::new(),
        }
    }
}

impl Switches {
    pub(super) fn fail_loads(&self, fails: bool) {
        self.fails_loads.store(fails, Ordering::SeqCst);
    }

    /// And every other call but loads.
    pub(super) fn fail_writes(&self, fails: bool) {
        self.fails_writes.store(fails, Ordering::SeqCst);
    }

    /// The next write waits until [`release`](Self::release).
    pub(super) fn hold_next_write(&self) {
        self.holds_next_write.store(true, Ordering::SeqCst);
    }

    /// Until a write is held.
    pub(super) fn wait_for_held_write(&self) {
        let (_, is_held) = &self.is_held;
        is_held.lock().unwrap().recv_timeout(Duration::from_secs(60)).expect("a write");
    }

    pub(super) fn release(&self) {
        self.go_on.notify_one();
    }
}

impl Hook for Switches {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        // The answer comes later, as that of an engine.
        tokio::task::yield_now().await;
        if matches!(call, Call::Write(_)) && self.holds_next_write.swap(false, Ordering::SeqCst) {
            self.is_held.0.send(()).unwrap();
            self.go_on.notified().await;
        }
        let fails = if matches!(call, Call::Load) { &self.fails_loads } else { &self.fails_writes };
        if fails.load(Ordering::SeqCst) { Err(StoreError::no_answer("the cable is out")) } else { Ok(()) }
    }
}
