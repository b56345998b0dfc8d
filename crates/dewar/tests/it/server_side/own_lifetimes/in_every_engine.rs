//! A look never shortens a session's own lifetime, nor lengthens it by that of all sessions: in every engine, and with processes between
//! which the lifetime of all sessions differs.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::lifetime::Refresh;
use dewar::store::Store;
use dewar::{Lifetime, ServerSide, Session, SessionManager};

use super::super::engines::Engines;
use super::super::{HOUR, MINUTE, START, held};
use super::{DAY, MILLISECOND, remembered, short};

/// The processes of one program, during a deployment that changes the lifetime of all sessions.
struct Processes {
    managers: Vec<SessionManager>,
    millis: Arc<AtomicI64>,
}

impl Processes {
    fn new(store: &Arc<dyn Store>) -> Self {
        let millis = Arc::new(AtomicI64::new(START.millis()));
        let lifetimes = [
            Lifetime::default(),
            Lifetime { idle: Some(MINUTE), absolute: Some(HOUR), ..Lifetime::default() },
            Lifetime { idle: Some(400 * DAY), absolute: None, ..Lifetime::default() },
            Lifetime { idle: None, absolute: None, ..Lifetime::default() },
            Lifetime { refresh: Refresh::EachRequest, ..Lifetime::default() },
            Lifetime { refresh: Refresh::OnChange, ..Lifetime::default() },
        ];
        let manager = |lifetime| {
            let hands = Arc::clone(&millis);
            let clock = Clock::from_fn(move || UnixTime::from_millis(hands.load(Ordering::Relaxed)));
            let settings = ServerSide { clock, lifetime, ..ServerSide::new("shop", Arc::clone(store)) };
            SessionManager::server_side(settings).unwrap()
        };
        Self { managers: lifetimes.map(manager).into(), millis }
    }

    fn pass(&self, time: Duration) {
        self.millis.fetch_add(time.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }

    async fn begin(&self, handle: impl FnOnce(&Session)) -> String {
        let session = self.managers[0].open([]).await.unwrap();
        handle(&session);
        session.set_owner("user:zoe");
        held(&self.managers[0].save(&session).await.unwrap()).unwrap()
    }
}

async fn look(manager: &SessionManager, cookie: &str) -> bool {
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    let _ = manager.save(&session).await.unwrap();
    session.contains("user")
}

#[tokio::test]
async fn a_look_never_shortens_it() {
    let engines = Engines::start().await;
    for (engine, store) in &engines.stores {
        let processes = Processes::new(store);
        for looking in &processes.managers {
            let cookie = processes.begin(remembered).await;
            assert!(look(looking, &cookie).await, "{engine}");
            processes.pass(30 * DAY - MILLISECOND);
            for manager in processes.managers.iter().chain([looking]) {
                assert!(look(manager, &cookie).await, "{engine}");
            }
            processes.pass(30 * DAY - MILLISECOND);
            assert!(look(looking, &cookie).await, "{engine}: those looks have moved its end");
            let list = looking.sessions_of("user:zoe", None).await.unwrap();
            assert_eq!(list.len(), 1, "{engine}");
            assert_eq!(looking.end_sessions_of("user:zoe", None).await.unwrap(), 1, "{engine}");
            assert!(!look(looking, &cookie).await, "{engine}");
        }
    }
}

#[tokio::test]
async fn a_look_lengthens_it_by_its_own_idle_time_alone() {
    let engines = Engines::start().await;
    for (engine, store) in &engines.stores {
        let processes = Processes::new(store);
        for looking in &processes.managers {
            let cookie = processes.begin(short).await;
            processes.pass(4 * MINUTE);
            assert!(look(looking, &cookie).await, "{engine}");
            let list = looking.sessions_of("user:zoe", None).await.unwrap();
            assert_eq!(list.len(), 1, "{engine}");
            processes.pass(5 * MINUTE);
            let list = looking.sessions_of("user:zoe", None).await.unwrap();
            assert_eq!(list, [], "{engine}: it has ended, whatever the engine says");
            for manager in &processes.managers {
                assert!(!look(manager, &cookie).await, "{engine}");
            }
        }
    }
}

/// "Last used" is the time of the last use, although the store has a different expiry.
#[tokio::test]
async fn when_it_was_last_used_is_known() {
    let engines = Engines::start().await;
    for (engine, store) in &engines.stores {
        let processes = Processes::new(store);
        for looking in &processes.managers {
            let _ = processes.begin(short).await;
            let cookie = processes.begin(remembered).await;
            processes.pass(4 * DAY);
            assert!(look(&processes.managers[0], &cookie).await, "{engine}");
            let used = UnixTime::from_millis(processes.millis.load(Ordering::Relaxed));
            processes.pass(HOUR);
            assert!(look(looking, &cookie).await, "{engine}");
            let list = looking.sessions_of("user:zoe", None).await.unwrap();
            assert_eq!(list.iter().map(|info| info.last_seen).collect::<Vec<_>>(), [used], "{engine}");
            let _ = looking.end_sessions_of("user:zoe", None).await.unwrap();
        }
    }
}
