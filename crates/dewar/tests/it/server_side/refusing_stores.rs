//! A store that refuses writes, or loses a call: a logout ends the session, and a request that only reads is served.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dewar::clock::Clock;
use dewar::store::{Entry, Store, StoreError, StoreKey, Write, WriteOutcome};
use dewar::{ServerSide, Session, SessionManager};

use super::{START, held};
use crate::hooked_store::{Call, Hook, HookedStore};

/// Has no room for a new payload, or loses the next swaps and the next answers to a logout everywhere.
#[derive(Debug, Default)]
struct Stubborn {
    is_full: bool,
    loses: AtomicUsize,
}

impl Stubborn {
    fn room(&self) -> Result<(), StoreError> {
        if self.is_full { Err(StoreError::refused("the disk is full")) } else { Ok(()) }
    }

    fn connection(&self) -> Result<(), StoreError> {
        let lose = |left: usize| left.checked_sub(1);
        match self.loses.fetch_update(Ordering::Relaxed, Ordering::Relaxed, lose) {
            Ok(_) => Err(StoreError::no_answer("the connection broke")),
            Err(_) => Ok(()),
        }
    }
}

impl Hook for Stubborn {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        match call {
            Call::Write(Write::Swap { .. }) => self.room().and_then(|()| self.connection()),
            Call::Write(Write::Remove { tombstone: Some(_), .. }) => self.room(),
            _ => Ok(()),
        }
    }

    async fn after(&self, call: Call<'_>) -> Result<(), StoreError> {
        if matches!(call, Call::RemoveOwner) { self.connection() } else { Ok(()) }
    }
}

fn managers(is_full: bool) -> [(SessionManager, Arc<HookedStore<Stubborn>>); 2] {
    [|store: Arc<dyn Store>| ServerSide::new("shop", store), ServerSide::flask].map(|preset| {
        let store = Arc::new(HookedStore::new(Stubborn { is_full, ..Stubborn::default() }, Arc::default()));
        let settings = ServerSide { clock: Clock::fixed(START), ..preset(store.clone()) };
        (SessionManager::server_side(settings).unwrap(), store)
    })
}

async fn begin(manager: &SessionManager) -> String {
    let session = manager.open([]).await.unwrap();
    session.insert_value("user", "zoe");
    held(&manager.save(&session).await.unwrap()).unwrap()
}

async fn open(manager: &SessionManager, cookie: &str) -> Session {
    manager.open([cookie.as_bytes()]).await.unwrap()
}

#[tokio::test]
async fn a_logout_works_on_a_full_disk() {
    for (manager, _) in managers(true) {
        let cookie = begin(&manager).await;
        let session = open(&manager, &cookie).await;
        session.destroy();
        assert_eq!(held(&manager.save(&session).await.unwrap()).as_deref(), Some(""));
        assert!(open(&manager, &cookie).await.is_new());
    }
}

#[tokio::test]
async fn a_logout_that_was_lost_and_meets_another_write_ends_the_session() {
    for (manager, store) in managers(false) {
        let cookie = begin(&manager).await;
        let (out, other) = (open(&manager, &cookie).await, open(&manager, &cookie).await);
        other.insert_value("k", 1);
        let _ = manager.save(&other).await.unwrap();
        store.hook.loses.store(1, Ordering::Relaxed);
        out.destroy();
        assert_eq!(held(&manager.save(&out).await.unwrap()).as_deref(), Some(""));
        assert!(open(&manager, &cookie).await.is_new());
    }
}

#[tokio::test]
async fn a_logout_everywhere_whose_answer_was_lost_can_be_repeated() {
    for (manager, store) in managers(false) {
        let mine = open(&manager, "").await;
        mine.insert_value("user", "zoe");
        mine.set_owner("zoe");
        let mine = held(&manager.save(&mine).await.unwrap()).unwrap();
        let theirs = open(&manager, "").await;
        theirs.set_owner("zoe");
        theirs.insert_value("user", "zoe");
        let theirs = held(&manager.save(&theirs).await.unwrap()).unwrap();
        let here = open(&manager, &mine).await;
        store.hook.loses.store(1, Ordering::Relaxed);
        let lost = manager.end_sessions_of("zoe", Some(&here)).await.unwrap_err();
        assert_eq!(lost.status(), 503);
        let _ = manager.end_sessions_of("zoe", Some(&here)).await.unwrap();
        assert!(open(&manager, &theirs).await.is_new());
        assert!(!open(&manager, &mine).await.is_new(), "the session from which it was requested goes on");
        assert_eq!(manager.sessions_of("zoe", Some(&here)).await.unwrap().len(), 1);
    }
}

/// A record of an older form is rewritten when it is read, if the store accepts the write.
#[tokio::test]
async fn a_record_of_an_older_form_is_read_from_a_store_that_refuses_writes() {
    let [_, (manager, store)] = managers(true);
    let id = "k".repeat(43);
    let (key, old) = (StoreKey::new(format!("session:{id}")), Entry::new(&br#"{"user":"zoe"}"#[..], None));
    let created = store.write(Write::create(&key, &old), START).await.unwrap();
    assert!(matches!(created, WriteOutcome::Saved(_)));
    for _ in 0..2 {
        let session = open(&manager, &format!("session={id}")).await;
        assert_eq!(session.get::<String>("user").unwrap().as_deref(), Some("zoe"));
        let _ = manager.save(&session).await.unwrap();
    }
    let session = open(&manager, &format!("session={id}")).await;
    session.insert_value("k", 1);
    assert_eq!(
        manager.save(&session).await.unwrap_err().status(),
        503,
        "a change of the request is an error"
    );
}
