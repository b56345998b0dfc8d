//! Changes during a save, and changes to a session that has ended: each is stored, or reported once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dewar::store::{Memory, StoreError};
use dewar::{ServerSide, Session, SessionManager};
use tokio::sync::Notify;

use crate::counters::Counters;
use crate::hooked_store::{Call, Hook, HookedStore};

/// Delays writes until the test lets them continue.
#[derive(Debug, Default)]
struct Gate {
    is_closed: AtomicBool,
    arrived: Notify,
    opened: Notify,
}

impl Hook for Gate {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        if matches!(call, Call::Write(_)) && self.is_closed.load(Ordering::Relaxed) {
            self.arrived.notify_one();
            self.opened.notified().await;
        }
        Ok(())
    }
}

struct Site {
    manager: SessionManager,
    store: Arc<HookedStore<Gate>>,
}

impl Site {
    fn new() -> Self {
        let store = Arc::new(HookedStore::<Gate>::new(Gate::default(), Arc::new(Memory::new())));
        let manager = SessionManager::server_side(ServerSide::new("shop", store.clone())).unwrap();
        Self { manager, store }
    }

    async fn login(&self) -> String {
        let session = self.manager.open([]).await.unwrap();
        session.log_in("user:zoe");
        let reply = self.manager.save(&session).await.unwrap();
        reply.set_cookie().unwrap().split(';').next().unwrap().to_owned()
    }

    async fn open(&self, cookie: &str) -> Session {
        self.manager.open([cookie.as_bytes()]).await.unwrap()
    }
}

/// How often each of these events was counted meanwhile.
fn counted<const N: usize>(events: [&str; N], run: impl AsyncFnOnce()) -> [u64; N] {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || runtime.block_on(run()));
    events.map(|event| counters.value("dewar_session_events_total", event))
}

/// A task of the handler changes the session while the layer saves it.
async fn change_during_the_save(site: &Site, cookie: &str) -> Session {
    let session = site.open(cookie).await;
    session.insert_value("in_time", 1);
    site.store.hook.is_closed.store(true, Ordering::Relaxed);
    let save = async { drop(site.manager.save(&session).await.unwrap()) };
    let task = async {
        site.store.hook.arrived.notified().await;
        session.insert_value("progress", 50);
        session.insert_value("seen", 1);
        site.store.hook.opened.notify_one();
    };
    tokio::join!(save, task);
    site.store.hook.is_closed.store(false, Ordering::Relaxed);
    site.manager.mark_response_sent(&session);
    session
}

#[test]
fn what_is_changed_while_the_layer_saves_is_lost_and_counted() {
    let lost = counted(["changed_after_response"], async || {
        let site = Site::new();
        let cookie = site.login().await;
        drop(change_during_the_save(&site, &cookie).await);
        let now = site.open(&cookie).await;
        assert_eq!((now.contains("in_time"), now.contains("progress")), (true, false));
    });
    assert_eq!(lost, [2]);
}

#[test]
fn or_it_is_saved_by_the_task() {
    let lost = counted(["changed_after_response"], async || {
        let site = Site::new();
        let cookie = site.login().await;
        let session = change_during_the_save(&site, &cookie).await;
        let _ = site.manager.save(&session).await.unwrap();
        drop(session);
        let now = site.open(&cookie).await;
        assert!(now.contains("in_time") && now.contains("progress"));
    });
    assert_eq!(lost, [0]);
}

/// The save has already reported them.
#[test]
fn what_a_save_drops_because_the_session_has_ended_is_told_once() {
    let events = ["revival_refused", "changed_after_response"];
    let told = counted(events, async || {
        let site = Site::new();
        let cookie = site.login().await;
        let stream = site.open(&cookie).await;
        site.manager.mark_response_sent(&stream);
        let logout = site.open(&cookie).await;
        logout.log_out();
        let _ = site.manager.save(&logout).await.unwrap();
        stream.insert_value("progress", 50);
        let _ = site.manager.save(&stream).await.unwrap();
        drop(stream);
        assert_eq!(site.open(&cookie).await.owner(), None);
    });
    assert_eq!(told, [1, 0]);
}

/// The task may have ignored the error.
#[test]
fn what_a_save_could_not_store_is_counted_when_the_session_is_dropped() {
    let lost = counted(["changed_after_response"], async || {
        let site = Site::new();
        let session = site.open("").await;
        site.manager.mark_response_sent(&session);
        session.insert_value("progress", 50);
        assert!(site.manager.save(&session).await.is_err(), "its client has no cookie");
    });
    assert_eq!(lost, [1]);
}
