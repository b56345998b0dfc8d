//! A session is ended from afar while it gets a new id.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use dewar::clock::UnixTime;
use dewar::store::{
    Entry, Memory, Owners, Revision, Store, StoreError, StoreKey, Stored, Surplus, Touch, async_trait,
};
use dewar::{ServerSide, Session, SessionManager};
use dewar_core::old::{Created, OldCalls as _, OldStore, Renamed, Swapped};

use super::held;

type Errand = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Memory that lets somebody else go on between a list of an owner's sessions and whatever follows.
#[derive(Default)]
struct Interrupted {
    memory: Memory,
    after_the_list: Mutex<Option<Errand>>,
}

impl fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interrupted")
    }
}

dewar_core::converted!(Interrupted);

#[async_trait]
impl OldStore for Interrupted {
    async fn load(&self, k: &StoreKey, t: Option<Touch>, n: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.memory.load(k, t, n).await
    }
    async fn create(&self, k: &StoreKey, e: &Entry, n: UnixTime) -> Result<Created, StoreError> {
        self.memory.create(k, e, n).await
    }
    async fn swap(&self, k: &StoreKey, r: &Revision, e: &Entry, n: UnixTime) -> Result<Swapped, StoreError> {
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
        self.memory.remove(k, t, n).await
    }
    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

#[async_trait]
impl Owners for Interrupted {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let listed = Owners::of(&self.memory, owner, now).await;
        let errand = self.after_the_list.lock().unwrap().take();
        if let Some(errand) = errand {
            errand.await;
        }
        listed
    }
    async fn remove_all(&self, o: &str, x: Option<&StoreKey>, n: UnixTime) -> Result<usize, StoreError> {
        self.memory.remove_all(o, x, n).await
    }
    async fn trim(&self, o: &str, m: usize, s: Surplus, n: UnixTime) -> Result<Vec<StoreKey>, StoreError> {
        self.memory.trim(o, m, s, n).await
    }
}

#[tokio::test]
async fn it_ends_under_the_id_that_it_got_meanwhile() {
    let store = Arc::new(Interrupted::default());
    let manager = SessionManager::server_side(ServerSide::new("shop", store.clone())).unwrap();
    let begun = manager.open([]).await.unwrap();
    begun.set_owner("user:42");
    let cookie = held(&manager.save(&begun).await.unwrap()).unwrap();
    let handle = manager.sessions_of("user:42", None).await.unwrap()[0].handle.clone();

    let meanwhile = manager.open([cookie.as_bytes()]).await.unwrap();
    meanwhile.regenerate_id();
    let (given, saving) = (Arc::new(Mutex::new(None)), manager.clone());
    let to = Arc::clone(&given);
    let errand = async move { *to.lock().unwrap() = held(&saving.save(&meanwhile).await.unwrap()) };
    *store.after_the_list.lock().unwrap() = Some(Box::pin(errand));
    assert!(manager.end_session("user:42", &handle).await.unwrap());

    let new = given.lock().unwrap().clone().expect("a new id was given while the session was being ended");
    assert_ne!(new, cookie);
    let opened: Session = manager.open([new.as_bytes()]).await.unwrap();
    assert!(opened.is_new(), "it lives on under its new id");
    assert!(manager.sessions_of("user:42", None).await.unwrap().is_empty());
}
