//! A store that refuses to write, or loses a question: who logs out is logged out, and who only looks is served.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dewar::clock::{Clock, UnixTime};
use dewar::store::{
    Created, Entry, Memory, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Touch,
    async_trait,
};
use dewar::{ServerSide, Session, SessionManager};

use super::{START, held};

/// Has room for nothing new, or loses the questions of some swaps.
#[derive(Debug, Default)]
struct Stubborn {
    memory: Memory,
    is_full: bool,
    loses: AtomicUsize,
}

impl Stubborn {
    fn room(&self) -> Result<(), StoreError> {
        if self.is_full { Err(StoreError::refused("the disk is full")) } else { Ok(()) }
    }

    fn answer(&self) -> Result<(), StoreError> {
        let lose = |left: usize| left.checked_sub(1);
        match self.loses.fetch_update(Ordering::Relaxed, Ordering::Relaxed, lose) {
            Ok(_) => Err(StoreError::no_answer("the connection broke")),
            Err(_) => Ok(()),
        }
    }
}

#[async_trait]
impl Store for Stubborn {
    async fn load(&self, k: &StoreKey, t: Option<Touch>, n: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.memory.load(k, t, n).await
    }
    async fn create(&self, k: &StoreKey, e: &Entry, n: UnixTime) -> Result<Created, StoreError> {
        self.memory.create(k, e, n).await
    }
    async fn swap(&self, k: &StoreKey, r: &Revision, e: &Entry, n: UnixTime) -> Result<Swapped, StoreError> {
        self.room()?;
        self.answer()?;
        self.memory.swap(k, r, e, n).await
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
        self.memory.rename(old, new, seen, entry, tombstone, now).await
    }
    async fn touch(&self, k: &StoreKey, e: UnixTime, n: UnixTime) -> Result<bool, StoreError> {
        self.memory.touch(k, e, n).await
    }
    async fn remove(&self, k: &StoreKey, t: Option<&Entry>, n: UnixTime) -> Result<bool, StoreError> {
        t.map(|_| self.room()).transpose()?;
        self.memory.remove(k, t, n).await
    }
}

fn managers(store: Stubborn) -> [(SessionManager, Arc<Stubborn>); 2] {
    let (is_full, loses) = (store.is_full, store.loses.into_inner());
    [|store: Arc<dyn Store>| ServerSide::new("shop", store), ServerSide::flask].map(|preset| {
        let store = Arc::new(Stubborn { is_full, loses: loses.into(), memory: Memory::new() });
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
async fn a_full_disk_does_not_keep_anybody_logged_in() {
    for (manager, _) in managers(Stubborn { is_full: true, ..Stubborn::default() }) {
        let cookie = begin(&manager).await;
        let session = open(&manager, &cookie).await;
        session.destroy();
        assert_eq!(held(&manager.save(&session).await.unwrap()).as_deref(), Some(""));
        assert!(open(&manager, &cookie).await.is_new());
    }
}

#[tokio::test]
async fn a_logout_whose_question_was_lost_and_that_meets_another_write_ends_the_session() {
    for (manager, store) in managers(Stubborn::default()) {
        let cookie = begin(&manager).await;
        let (out, other) = (open(&manager, &cookie).await, open(&manager, &cookie).await);
        other.insert_value("k", 1);
        let _ = manager.save(&other).await.unwrap();
        store.loses.store(1, Ordering::Relaxed);
        out.destroy();
        assert_eq!(held(&manager.save(&out).await.unwrap()).as_deref(), Some(""));
        assert!(open(&manager, &cookie).await.is_new());
    }
}

/// A record of an older form is written anew when it was read, if that can be done.
#[tokio::test]
async fn a_store_that_refuses_writes_still_lets_people_read_what_is_to_be_written_anew() {
    let [_, (manager, store)] = managers(Stubborn { is_full: true, ..Stubborn::default() });
    let (id, old) = ("k".repeat(43), Entry::new(&br#"{"user":"zoe"}"#[..], None));
    let created = store.create(&StoreKey::new(format!("session:{id}")), &old, START).await.unwrap();
    assert!(matches!(created, Created::Created(_)));
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
        "what the request changed is another matter"
    );
}
