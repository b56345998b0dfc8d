//! Saving in the middle of a handler: the response carries the cookie, whatever happens next.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::IntoResponse;
use axum::routing::get;
use dewar::clock::UnixTime;
use dewar::error::{Error, ErrorKind};
use dewar::settings::Revocation;
use dewar::store::Memory;
use dewar::web::axum::{SessionLayer, Sessions};
use dewar::{ClientSide, CookiePolicy, SecretKeys, ServerSide, Session, SessionManager};
use tower_http::catch_panic::CatchPanicLayer;

use super::site::{Client, Stack, all, boxed, session_lines, stored};

fn keys() -> SecretKeys {
    SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap()
}

/// Every kind of session, and sessions that move from one kind to another.
fn managers() -> Vec<(&'static str, SessionManager)> {
    let in_cookies = |settings| SessionManager::client_side(settings).unwrap();
    let in_store = |settings| SessionManager::server_side(settings).unwrap();
    let memory = || Arc::new(Memory::new());
    let until = UnixTime::from_seconds(32_503_680_000);
    let cookie = CookiePolicy { name: "old_session".into(), secure: false, ..CookiePolicy::default() };
    let previous = in_cookies(ClientSide { cookie, ..ClientSide::new(keys()) });
    vec![
        ("sealed", in_cookies(ClientSide::new(keys()))),
        ("Flask's cookies", in_cookies(ClientSide::flask(keys()))),
        ("in a store", in_store(ServerSide::new("shop", memory()))),
        ("Flask-Session's records", in_store(ServerSide::flask(memory()))),
        ("in a store that waits", stored().0),
        (
            "moved into a store",
            in_store(ServerSide::new("shop", memory())).migrating_from(previous.clone(), until),
        ),
        ("moved into a cookie", in_cookies(ClientSide::new(keys())).migrating_from(previous, until)),
    ]
}

fn stack<F, R>(
    manager: &SessionManager,
    handler: impl Fn(Session, SessionManager) -> F + Clone + Send + Sync + 'static,
) -> Stack
where
    F: Future<Output = R> + Send + 'static,
    R: IntoResponse + 'static,
{
    let page = move |session: Session, manager: SessionManager| handler(session, manager);
    let read = async |session: Session| session.get::<String>("user").unwrap().unwrap_or_default();
    let layers = (SessionLayer::new(manager.clone()), CatchPanicLayer::new());
    boxed(Router::new().route("/", get(page)).route("/read", get(read)).layer(layers.1).layer(layers.0))
}

async fn log_in(session: &Session, manager: &SessionManager) {
    session.regenerate_id();
    session.insert_value("user", "zoe");
    manager.save_now(session).await.unwrap();
}

/// A visitor with a session, who has a cookie that a login replaces.
async fn visitor(manager: &SessionManager) -> Client {
    let begin = stack(manager, async |session: Session, _| session.insert_value("theme", "dark"));
    let mut visitor = Client::default();
    let _ = visitor.get(&begin, "/").await;
    assert!(visitor.cookie.is_some());
    visitor
}

/// What the handler does after it has saved a login; whether the client is logged in then.
#[tokio::test]
async fn a_login_that_was_saved_reaches_the_client_whatever_comes_next() {
    for (name, manager) in managers() {
        let returns = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await;
            "welcome"
        });
        let changes = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await;
            session.insert_value("seen", 1);
        });
        let saves_again = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await;
            session.regenerate_id();
            session.insert_value("seen", 1);
            manager.save_now(&session).await.unwrap();
            // A program that asks for the reply need not do anything with it.
            session.insert_value("seen", 2);
            let _ = manager.save(&session).await.unwrap();
        });
        let fails = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await;
            StatusCode::INTERNAL_SERVER_ERROR
        });
        let panics = stack(&manager, async |session: Session, manager: SessionManager| -> () {
            log_in(&session, &manager).await;
            panic!("after the login")
        });
        let unsaved = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await;
            session.insert_value("large", "x".repeat(5 << 20).as_str());
        });
        let sets_a_cookie = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await;
            let own = format!("{}=planted; Path=/; Secure; HttpOnly; SameSite=Lax", manager.cookie_name());
            ([(SET_COOKIE, own), (SET_COOKIE, "theme=dark".to_owned())], "welcome")
        });
        for (what, stack, status) in [
            ("returns", returns, 200),
            ("changes", changes, 200),
            ("saves again", saves_again, 200),
            ("fails", fails, 500),
            ("panics", panics, 500),
            ("cannot save the rest", unsaved, 500),
            ("sets a cookie", sets_a_cookie, 200),
        ] {
            for mut client in [Client::default(), visitor(&manager).await] {
                let response = client.get(&stack, "/").await;
                assert_eq!(response.status(), status, "{name}, {what}");
                assert_eq!(
                    own_lines(&manager, &response).len(),
                    1,
                    "{name}, {what}: {:?}",
                    all(&response, &SET_COOKIE)
                );
                assert_eq!(client.get(&stack, "/read").await.body(), "zoe", "{name}, {what}");
            }
        }
    }
}

fn own_lines<'r>(manager: &SessionManager, response: &'r axum::http::Response<String>) -> Vec<&'r str> {
    let mut lines = session_lines(response);
    lines.retain(|line| line.starts_with(&format!("{}=", manager.cookie_name())));
    lines
}

/// Of two saves that say something of one cookie the later wins.
#[tokio::test]
async fn a_login_that_is_saved_and_undone_leaves_no_cookie() {
    for (name, manager) in managers() {
        let undone = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await;
            session.destroy();
        });
        let mut client = visitor(&manager).await;
        let response = client.get(&undone, "/").await;
        assert_eq!(own_lines(&manager, &response).len(), 1, "{name}");
        assert_eq!(client.cookie, None, "{name}");
        assert_eq!(client.get(&undone, "/read").await.body(), "", "{name}");
    }
}

#[tokio::test]
async fn a_logout_that_was_saved_removes_the_cookie_although_the_handler_fails() {
    for (name, manager) in managers() {
        let log_in = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await
        });
        let logs_out = stack(&manager, async |session: Session, manager: SessionManager| {
            session.destroy();
            manager.save_now(&session).await.unwrap();
            StatusCode::INTERNAL_SERVER_ERROR
        });
        let mut client = Client::default();
        let _ = client.get(&log_in, "/").await;
        let mut copy = Client { cookie: client.cookie.clone() };
        let _ = client.get(&logs_out, "/").await;
        assert_eq!(client.cookie, None, "{name}");
        // A copy of a cookie that is itself the session is another thing.
        if name.contains("store") {
            assert_eq!(copy.get(&logs_out, "/read").await.body(), "", "{name}");
        }
    }
}

/// What was saved is not undone because the handler failed after it, although it ended another session.
#[tokio::test]
async fn what_was_saved_stays_where_a_failed_handler_saves_nothing() {
    for (name, manager) in managers() {
        let begins = stack(&manager, async |session: Session, manager: SessionManager| {
            log_in(&session, &manager).await
        });
        let replaces = async |session: Session, manager: SessionManager| {
            session.log_out();
            session.insert_value("user", "bob");
            manager.save_now(&session).await.unwrap();
            session.insert_value("user", "mallory");
            StatusCode::INTERNAL_SERVER_ERROR
        };
        let layer = SessionLayer::new(manager.clone()).save_after_server_error(false);
        let replaces = boxed(Router::new().route("/", get(replaces)).layer(layer));
        let mut client = Client::default();
        let _ = client.get(&begins, "/").await;
        let _ = client.get(&replaces, "/").await;
        assert_eq!(client.get(&begins, "/read").await.body(), "bob", "{name}");
    }
}

/// A logout everywhere between the early save of a login and its response ends that login: it gets no other stamp.
#[tokio::test]
async fn a_login_that_was_saved_in_a_cookie_ends_with_all_others() {
    let revocation = Some(Revocation::new("shop", Arc::new(Memory::new())));
    let manager = SessionManager::client_side(ClientSide { revocation, ..ClientSide::new(keys()) }).unwrap();
    let ended = stack(&manager, async |session: Session, manager: SessionManager| {
        session.log_in("user:zoe");
        session.insert_value("user", "zoe");
        manager.save_now(&session).await.unwrap();
        manager.end_sessions_of("user:zoe", None).await.unwrap();
    });
    let mut client = Client::default();
    let _ = client.get(&ended, "/").await;
    assert!(client.cookie.is_some());
    assert_eq!(client.get(&ended, "/read").await.body(), "");
}

/// A cookie of a previous manager is removed by the response, too.
#[tokio::test]
async fn a_move_that_was_saved_early_removes_the_old_cookie() {
    let until = UnixTime::from_seconds(32_503_680_000);
    let cookie = CookiePolicy { name: "old_session".into(), secure: false, ..CookiePolicy::default() };
    let previous = SessionManager::client_side(ClientSide { cookie, ..ClientSide::new(keys()) }).unwrap();
    let manager = SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))).unwrap();
    let manager = manager.migrating_from(previous.clone(), until);
    let mut client = visitor(&previous).await;
    let changes = stack(&manager, async |session: Session, manager: SessionManager| {
        session.insert_value("user", "zoe");
        manager.save_now(&session).await.unwrap();
    });
    let response = client.get(&changes, "/").await;
    let lines = session_lines(&response);
    assert!(lines.len() == 2 && lines[0].starts_with("__Host-session="), "{lines:?}");
    assert!(lines[1].starts_with("old_session=;") && lines[1].contains("Max-Age=0"), "{lines:?}");
}

/// A save that fails in the handler is tried again with the response.
#[tokio::test]
async fn what_could_not_be_saved_early_is_saved_with_the_response() {
    let (manager, store) = stored();
    let fails = Arc::clone(&store);
    let page = stack(&manager, move |session: Session, manager: SessionManager| {
        let store = Arc::clone(&fails);
        async move {
            session.insert_value("user", "zoe");
            store.hook.fail_writes(true);
            let error = manager.save_now(&session).await.unwrap_err();
            store.hook.fail_writes(false);
            error.status().to_string()
        }
    });
    let mut client = Client::default();
    let response = client.get(&page, "/").await;
    assert_eq!((response.status().as_u16(), response.body().as_str()), (200, "503"));
    assert_eq!(client.get(&page, "/read").await.body(), "zoe");
}

/// The error of a save is a response.
#[tokio::test]
async fn a_handler_returns_the_error_of_its_save() {
    let (manager, store) = stored();
    let page = stack(&manager, move |session: Session, manager: SessionManager| {
        let store = Arc::clone(&store);
        async move {
            session.insert_value("user", "zoe");
            store.hook.fail_writes(true);
            manager.save_now(&session).await?;
            Ok::<_, Error>("a promise")
        }
    });
    let response = Client::default().get(&page, "/").await;
    super::site::assert_is_unavailable(&response, "save");
    assert!(!response.body().contains("promise"));
}

/// What is dropped in the middle is saved by the next save.
#[tokio::test]
async fn a_save_that_is_dropped_loses_nothing() {
    let (manager, _) = stored();
    let polls = Arc::new(AtomicUsize::new(0));
    let page = stack(&manager, move |session: Session, manager: SessionManager| {
        let polls = Arc::clone(&polls);
        async move {
            session.regenerate_id();
            session.insert_value("user", "zoe");
            {
                let mut save = std::pin::pin!(manager.save_now(&session));
                let first =
                    std::future::poll_fn(|cx| std::task::Poll::Ready(save.as_mut().poll(cx).is_pending()))
                        .await;
                polls.fetch_add(usize::from(first), Ordering::Relaxed);
            }
            polls.load(Ordering::Relaxed).to_string()
        }
    });
    for mut client in [Client::default(), visitor(&manager).await] {
        let response = client.get(&page, "/").await;
        assert_ne!(response.body(), "0", "the save was under way");
        assert_eq!(client.get(&page, "/read").await.body(), "zoe");
    }
}

/// With two layers the manager is the innermost one's, and does not save the other's session.
#[tokio::test]
async fn the_session_of_another_layer_is_not_saved_with_the_wrong_manager() {
    let inner = stored().0;
    for (name, outer) in
        managers().into_iter().filter(|(_, outer)| outer.cookie_name() != inner.cookie_name())
    {
        let outer_s = outer.clone();
        let page = get(async move |sessions: Sessions, manager: SessionManager| {
            let session = sessions.named(outer_s.cookie_name()).await.unwrap();
            session.insert_value("user", "zoe");
            let error = manager.save_now(&session).await.unwrap_err();
            assert!(error.to_string().contains("the layer of another manager"), "{error}");
            outer_s.save_now(&session).await.unwrap();
        });
        let layers = Router::new().route("/", page).layer(SessionLayer::new(inner.clone()));
        let stack = boxed(layers.layer(SessionLayer::new(outer)));
        assert_eq!(session_lines(&Client::default().get(&stack, "/").await).len(), 1, "{name}");
    }
}

#[tokio::test]
async fn without_a_layer_nothing_carries_the_cookie_and_save_now_says_so() {
    for (name, manager) in managers() {
        let session = manager.open([]).await.unwrap();
        session.insert_value("user", "zoe");
        let error = manager.save_now(&session).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unsupported, "{name}");
        assert!(error.to_string().contains("call `save` and send its SessionHeaders"), "{error}");
        assert!(manager.save(&session).await.unwrap().set_cookie().is_some(), "{name}");
    }
}
