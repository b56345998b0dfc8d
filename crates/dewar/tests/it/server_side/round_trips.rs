//! How many store calls a request takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use dewar::settings::{Revocation, SessionLimit};
use dewar::store::{StoreError, Trim};
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};

use crate::hooked_store::{Call, Hook, HookedStore};

/// Counts the calls, one round trip each.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicUsize);

pub(super) type CountingStore = HookedStore<Counter>;

impl Hook for Counter {
    async fn before(&self, _: Call<'_>) -> Result<(), StoreError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl CountingStore {
    /// The number of calls so far.
    pub(super) fn calls(&self) -> usize {
        self.hook.0.load(Ordering::Relaxed)
    }

    /// The number of calls since the last time.
    fn take_calls(&self) -> usize {
        self.hook.0.swap(0, Ordering::Relaxed)
    }
}

/// create / read / write / regenerate / logout: 1 / 1 / 2 / 2 / 2, and none for a badly formed id.
#[tokio::test]
async fn round_trips_of_each_scenario() {
    for preset in [|store| ServerSide::new("shop", store), ServerSide::flask] {
        let store = Arc::new(CountingStore::default());
        let manager = SessionManager::server_side(preset(store.clone())).unwrap();
        let made = request(&manager, "", |session| session.insert_value("a", 1)).await.unwrap();
        let count = || store.take_calls();
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

fn log_in(session: &Session) {
    session.regenerate_id();
    session.set_owner("zoe");
    session.insert_value("user", "zoe");
}

/// The exceptions to the promise of two round trips, which the guide lists.
#[tokio::test]
async fn what_takes_more_round_trips_than_two() {
    let trim = |trim| Some(SessionLimit { sessions: 5, ends: trim });
    let table = [
        (None, 1, 2, 5, 2),
        (trim(Trim::Oldest), 2, 3, 6, 2),
        // One that came with a session is listed for twice, so that a refused login leaves that session as it is.
        (trim(Trim::Newest), 2, 4, 6, 2),
    ];
    for (session_limit, first, login, repeated, two_ids) in table {
        let store = Arc::new(CountingStore::default());
        let settings = ServerSide { session_limit, ..ServerSide::new("shop", store.clone()) };
        let manager = SessionManager::server_side(settings).unwrap();
        let count = || store.take_calls();
        let other = request(&manager, "", log_in).await.unwrap();
        let first_login = count();
        let visitor = request(&manager, "", |session| session.insert_value("cart", 1)).await.unwrap();
        let _ = request(&manager, &visitor, |session| assert!(session.contains("cart"))).await;
        count();
        let _lost = request(&manager, &visitor, log_in).await.unwrap();
        let a_login = count();
        let again = request(&manager, &visitor, log_in).await.unwrap();
        let the_same_login_again = count();
        // The store knows of each that a client has it.
        for cookie in [&again, &other] {
            let _ = request(&manager, cookie, |session| assert!(session.contains("user"))).await;
        }
        count();
        let _ = request(&manager, &format!("{again}; {other}"), |session| assert!(session.contains("user")))
            .await;
        let a_look_with_two_ids = count();
        assert_eq!(
            (first_login, a_login, the_same_login_again, a_look_with_two_ids),
            (first, login, repeated, two_ids),
            "{session_limit:?}"
        );
    }
}

/// Neither of these handlers asks for its session.
#[tokio::test]
async fn a_handler_that_does_not_ask_for_the_session_costs_none_or_moves_its_end() {
    for (preset, calls) in [(ServerSide::flask as fn(_) -> _, 1), (|store| ServerSide::new("shop", store), 0)]
    {
        let store = Arc::new(CountingStore::default());
        let manager = SessionManager::server_side(preset(store.clone())).unwrap();
        let cookie = request(&manager, "", |session| session.insert_value("a", 1)).await.unwrap();
        let mut site = axum::Router::new()
            .route("/", axum::routing::get(async || "plain"))
            .layer(dewar::web::tower::SessionLayer::new(manager));
        store.take_calls();
        let request = axum::http::Request::get("/").header("cookie", &cookie).body(axum::body::Body::empty());
        let response = tower_service::Service::call(&mut site, request.unwrap()).await.unwrap();
        assert_eq!((response.status().as_u16(), store.calls()), (200, calls));
    }
}

#[tokio::test]
async fn a_request_that_meets_another_takes_more() {
    let store = Arc::new(CountingStore::default());
    let manager = SessionManager::server_side(ServerSide::new("shop", store.clone())).unwrap();
    let mut cookie = request(&manager, "", log_in).await.unwrap();
    for (faster, late, calls) in [
        (
            (|s| s.insert_value("theirs", 1)) as fn(&Session),
            (|s| s.insert_value("ours", 1)) as fn(&Session),
            3,
        ),
        (|s| s.insert_value("theirs", 2), Session::regenerate_id, 3),
        (Session::rotate_id, Session::destroy, 4),
    ] {
        let session = manager.open([cookie.as_bytes()]).await.unwrap();
        let _ = request(&manager, &cookie, faster).await;
        store.take_calls();
        late(&session);
        let reply = manager.save(&session).await.unwrap();
        assert_eq!(1 + store.calls(), calls, "with the load at its beginning");
        if let Some(new) = super::held(&reply) {
            // For the next row.
            assert_ne!(new, cookie);
            cookie = new;
        }
    }
}

/// As `ClientSide::revocation` says: one load, and only for a session with an owner.
#[tokio::test]
async fn a_session_in_a_cookie_with_epochs_costs_one_load_if_it_has_an_owner() {
    let store = Arc::new(CountingStore::default());
    let keys = SecretKeys::new("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5").unwrap();
    let revocation = Some(Revocation::new("shop", store.clone()));
    let manager = SessionManager::client_side(ClientSide { revocation, ..ClientSide::new(keys) }).unwrap();
    let count = || store.take_calls();
    let nobodys = request(&manager, "", |session| session.insert_value("a", 1)).await.unwrap();
    let _ = request(&manager, &nobodys, |session| assert!(session.contains("a"))).await;
    assert_eq!(count(), 0);
    let hers = request(&manager, &nobodys, log_in).await.unwrap();
    assert_eq!(count(), 1, "a login");
    let _ = request(&manager, &hers, |session| assert!(session.contains("user"))).await;
    assert_eq!(count(), 1, "a look");
    let _ = request(&manager, &hers, |session| session.insert_value("b", 1)).await;
    assert_eq!(count(), 1, "a write");
}
