//! How long a request has waited for its store, as a guard in the store learns it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dewar::store::StoreError;
use dewar::{ServerSide, Session, SessionManager};
use dewar_core::waiting;

use crate::hooked_store::{Call, Hook, HookedStore};

const TOOK: Duration = Duration::from_millis(100);

/// Each call takes a while, as a guard counts it. It notes what its request had waited before.
#[derive(Debug, Default)]
struct Slow(Mutex<Vec<u128>>);

impl Hook for Slow {
    async fn before(&self, _: Call<'_>) -> Result<(), StoreError> {
        let before = waiting::waited().unwrap();
        self.0.lock().unwrap().push(before.as_millis());
        tokio::task::yield_now().await;
        waiting::add(before, TOOK);
        Ok(())
    }
}

impl HookedStore<Slow> {
    fn take(&self) -> Vec<u128> {
        std::mem::take(&mut self.hook.0.lock().unwrap())
    }
}

#[tokio::test]
async fn the_calls_of_a_request_are_counted_together() {
    let store = Arc::new(HookedStore::<Slow>::default());
    let manager = SessionManager::server_side(ServerSide::new("shop", store.clone())).unwrap();
    let session = manager.open([]).await.unwrap();
    session.insert_value("a", 1);
    let cookie = super::held(&manager.save(&session).await.unwrap()).unwrap();
    assert_eq!(store.take(), [0], "it is made");
    let open = || manager.open([cookie.as_bytes()]);
    let (one, other) = (open().await.unwrap(), open().await.unwrap());
    assert_eq!(store.take(), [0, 0], "two requests");
    other.insert_value("b", 2);
    let _ = manager.save(&other).await.unwrap();
    assert_eq!(store.take(), [100], "behind the read");
    one.insert_value("c", 3);
    let _ = manager.save(&one).await.unwrap();
    assert_eq!(store.take(), [100, 200], "the other write came first");
    one.insert_value("d", 4);
    let _ = manager.save(&one).await.unwrap();
    assert_eq!(store.take(), [0], "a later save has the whole time again");
    Session::destroy(&other);
    let _ = manager.save(&other).await.unwrap();
    assert_eq!(store.take(), [0, 100], "a logout follows the session");
    assert_eq!(waiting::waited(), None);
}

/// A WebSocket's first save may come an hour after the response, which had nothing to save.
#[tokio::test]
async fn a_save_after_the_response_has_the_whole_time() {
    let store = Arc::new(HookedStore::<Slow>::default());
    let manager = SessionManager::server_side(ServerSide::new("shop", store.clone())).unwrap();
    let session = manager.open([]).await.unwrap();
    session.insert_value("a", 1);
    let cookie = super::held(&manager.save(&session).await.unwrap()).unwrap();
    let live = manager.open([cookie.as_bytes()]).await.unwrap();
    let _ = manager.save(&live).await.unwrap();
    manager.mark_response_sent(&live);
    store.take();
    live.insert_value("b", 2);
    let _ = manager.save(&live).await.unwrap();
    assert_eq!(store.take(), [0]);
}
