//! A store that refuses to write, or loses a question: who logs out is logged out, and who only looks is served.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dewar::clock::{Clock, UnixTime};
use dewar::store::{
    Entry, Memory, Owners, Revision, Store, StoreError, StoreKey, Stored, Surplus, Touch, async_trait,
};
use dewar::{ServerSide, Session, SessionManager};
use dewar_core::old::{Created, OldCalls as _, OldStore, Renamed, Swapped};

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

dewar_core::converted!(Stubborn);

#[async_trait]
impl OldStore for Stubborn {
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
    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

/// Removes, and may lose the answer.
#[async_trait]
impl Owners for Stubborn {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        self.memory.owners().unwrap().of(owner, now).await
    }
    async fn remove_all(&self, o: &str, except: Option<&StoreKey>, n: UnixTime) -> Result<usize, StoreError> {
        let removed = self.memory.owners().unwrap().remove_all(o, except, n).await?;
        self.answer().map(|()| removed)
    }
    async fn trim(&self, o: &str, m: usize, s: Surplus, n: UnixTime) -> Result<Vec<StoreKey>, StoreError> {
        self.memory.owners().unwrap().trim(o, m, s, n).await
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

#[tokio::test]
async fn log_out_everywhere_whose_answer_was_lost_can_be_asked_for_again() {
    for (manager, store) in managers(Stubborn::default()) {
        let mine = open(&manager, "").await;
        mine.insert_value("user", "zoe");
        mine.set_owner("zoe");
        let mine = held(&manager.save(&mine).await.unwrap()).unwrap();
        let theirs = open(&manager, "").await;
        theirs.set_owner("zoe");
        theirs.insert_value("user", "zoe");
        let theirs = held(&manager.save(&theirs).await.unwrap()).unwrap();
        let here = open(&manager, &mine).await;
        store.loses.store(1, Ordering::Relaxed);
        let lost = manager.end_sessions_of("zoe", Some(&here)).await.unwrap_err();
        assert_eq!(lost.status(), 503);
        let _ = manager.end_sessions_of("zoe", Some(&here)).await.unwrap();
        assert!(open(&manager, &theirs).await.is_new());
        assert!(!open(&manager, &mine).await.is_new(), "the one from which it was asked goes on");
        assert_eq!(manager.sessions_of("zoe", Some(&here)).await.unwrap().len(), 1);
    }
}

/// A record of an older form is written anew when it was read, if that can be done.
#[tokio::test]
async fn a_store_that_refuses_writes_still_lets_people_read_what_is_to_be_written_anew() {
    let [_, (manager, store)] = managers(Stubborn { is_full: true, ..Stubborn::default() });
    let (id, old) = ("k".repeat(43), Entry::new(&br#"{"user":"zoe"}"#[..], None));
    let created =
        OldStore::create(&*store, &StoreKey::new(format!("session:{id}")), &old, START).await.unwrap();
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
