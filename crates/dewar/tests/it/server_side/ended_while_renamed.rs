//! A session is ended from another device while it gets a new id.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use dewar::store::StoreError;
use dewar::{ServerSide, Session, SessionManager};

use super::held;
use crate::hooked_store::{Call, Hook, HookedStore};

type OtherRequest = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Runs another request when an owner's sessions have been listed, before the manager goes on.
#[derive(Default)]
struct Interrupted(Mutex<Option<OtherRequest>>);

impl fmt::Debug for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Interrupted")
    }
}

impl Hook for Interrupted {
    async fn after(&self, call: Call<'_>) -> Result<(), StoreError> {
        let other_request = matches!(call, Call::ListOwner).then(|| self.0.lock().unwrap().take());
        if let Some(other_request) = other_request.flatten() {
            other_request.await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn a_session_is_ended_under_the_id_that_it_got_meanwhile() {
    let store = Arc::new(HookedStore::<Interrupted>::default());
    let manager = SessionManager::server_side(ServerSide::new("shop", store.clone())).unwrap();
    let begun = manager.open([]).await.unwrap();
    begun.set_owner("user:42");
    let cookie = held(&manager.save(&begun).await.unwrap()).unwrap();
    let handle = manager.sessions_of("user:42", None).await.unwrap()[0].handle.clone();

    let meanwhile = manager.open([cookie.as_bytes()]).await.unwrap();
    meanwhile.regenerate_id();
    let (given, saving) = (Arc::new(Mutex::new(None)), manager.clone());
    let to = Arc::clone(&given);
    let other_request = async move { *to.lock().unwrap() = held(&saving.save(&meanwhile).await.unwrap()) };
    *store.hook.0.lock().unwrap() = Some(Box::pin(other_request));
    assert!(manager.end_session("user:42", &handle).await.unwrap());

    let new = given.lock().unwrap().clone().expect("a new id was given while the session was being ended");
    assert_ne!(new, cookie);
    let opened: Session = manager.open([new.as_bytes()]).await.unwrap();
    assert!(opened.is_new(), "it is still open under its new id");
    assert!(manager.sessions_of("user:42", None).await.unwrap().is_empty());
}
