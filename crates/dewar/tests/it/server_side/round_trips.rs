//! What the store is asked, and how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dewar::clock::UnixTime;
use dewar::store::{
    Created, Entry, Memory, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Touch,
    async_trait,
};
use dewar::{ServerSide, Session, SessionManager};

/// Counts the calls, one round trip each.
#[derive(Debug, Default)]
pub(super) struct Counting {
    inner: Memory,
    calls: AtomicUsize,
}

impl Counting {
    /// How many there were so far.
    pub(super) fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    fn counted(&self) -> &Memory {
        self.calls.fetch_add(1, Ordering::Relaxed);
        &self.inner
    }
}

#[async_trait]
impl Store for Counting {
    async fn load(&self, k: &StoreKey, t: Option<Touch>, n: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.counted().load(k, t, n).await
    }
    async fn create(&self, k: &StoreKey, e: &Entry, n: UnixTime) -> Result<Created, StoreError> {
        self.counted().create(k, e, n).await
    }
    async fn swap(&self, k: &StoreKey, r: &Revision, e: &Entry, n: UnixTime) -> Result<Swapped, StoreError> {
        self.counted().swap(k, r, e, n).await
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
        self.counted().rename(old, new, seen, entry, tombstone, now).await
    }
    async fn touch(&self, k: &StoreKey, e: UnixTime, n: UnixTime) -> Result<bool, StoreError> {
        self.counted().touch(k, e, n).await
    }
    async fn remove(&self, k: &StoreKey, t: Option<&Entry>, n: UnixTime) -> Result<bool, StoreError> {
        self.counted().remove(k, t, n).await
    }
}

/// create / read / write / regenerate / logout: 1 / 1 / 2 / 2 / 2, and none for a badly formed id.
#[tokio::test]
async fn round_trips_of_each_scenario() {
    for preset in [|store| ServerSide::new("shop", store), ServerSide::flask] {
        let store = Arc::new(Counting::default());
        let manager = SessionManager::server_side(preset(store.clone())).unwrap();
        let made = request(&manager, "", |session| session.insert_value("a", 1)).await.unwrap();
        let count = || store.calls.swap(0, Ordering::Relaxed);
        assert_eq!(count(), 1, "create");
        let _ = request(&manager, &made, |session| assert!(session.contains("a"))).await;
        assert_eq!(count(), 1, "read");
        let _ = request(&manager, &made, |session| session.insert_value("b", 2)).await;
        assert_eq!(count(), 2, "write");
        let new = request(&manager, &made, Session::regenerate_id).await.unwrap();
        assert_eq!(count(), 2, "regenerate");
        let _ = request(&manager, &new, Session::destroy).await;
        assert_eq!(count(), 2, "logout");
        let _ = request(&manager, "__Host-session=short; session=short", |session| assert!(session.is_new()))
            .await;
        assert_eq!(count(), 0, "badly formed");
    }
}

async fn request(manager: &SessionManager, cookie: &str, handle: impl FnOnce(&Session)) -> Option<String> {
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    handle(&session);
    super::held(&manager.save(&session).await.unwrap())
}
