//! Changes after a logout or after the response: lost ones are counted, and there are ways that work.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{Request, Response};
use axum::routing::any;
use dewar::error::ErrorKind;
use dewar::store::Memory;
use dewar::web::tower::SessionLayer;
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};
use tower_service::Service;

use crate::counters::Counters;

const COUNTED: &str = "dewar_session_events_total";

type Action = Arc<dyn Fn(&Session) + Send + Sync>;

/// A program whose handler goes on using the session after its response, as a stream or a task does.
struct Program {
    manager: SessionManager,
    router: Router,
    action: Arc<Mutex<Option<Action>>>,
    session: Arc<Mutex<Option<Session>>>,
}

impl Program {
    fn new(manager: SessionManager) -> Self {
        let action = Arc::new(Mutex::new(None::<Action>));
        let session = Arc::new(Mutex::new(None));
        let (todo, place) = (Arc::clone(&action), Arc::clone(&session));
        let page = any(async move |session: Session| {
            if let Some(action) = todo.lock().unwrap().take() {
                action(&session);
            }
            *place.lock().unwrap() = Some(session);
        });
        let router = Router::new().route("/", page).layer(SessionLayer::new(manager.clone()));
        Self { manager, router, action, session }
    }

    fn stored() -> Self {
        Self::new(SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))).unwrap())
    }

    fn in_cookies() -> Self {
        let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
        Self::new(SessionManager::client_side(ClientSide::new(keys)).unwrap())
    }

    /// A request whose response was sent while its session is still in use.
    async fn visit(
        &self,
        cookie: &str,
        action: impl Fn(&Session) + Send + Sync + 'static,
    ) -> (String, Session) {
        *self.action.lock().unwrap() = Some(Arc::new(action));
        let request = Request::get("/").header(COOKIE, cookie).body(Body::empty()).unwrap();
        let response: Response<Body> = self.router.clone().call(request).await.unwrap();
        assert!(response.status().is_success());
        let line = response.headers().get(SET_COOKIE).map(|line| line.to_str().unwrap().to_owned());
        let held = line.map_or(cookie.to_owned(), |line| line.split(';').next().unwrap().to_owned());
        (held, self.session.lock().unwrap().take().unwrap())
    }

    async fn value(&self, cookie: &str, key: &str) -> Option<i64> {
        self.manager.open([cookie.as_bytes()]).await.unwrap().get(key).unwrap()
    }
}

/// How often each of the two events was counted meanwhile: after the response, after the destruction.
fn counted(run: impl AsyncFnOnce()) -> (u64, u64) {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || runtime.block_on(run()));
    (counters.value(COUNTED, "changed_after_response"), counters.value(COUNTED, "changed_after_destroy"))
}

fn login(session: &Session) {
    session.insert_value("user", 1);
}

#[test]
fn what_is_changed_after_the_response_and_never_saved_is_counted() {
    for program in [Program::stored(), Program::in_cookies()] {
        let lost = counted(async || {
            let (cookie, session) = program.visit("", login).await;
            session.insert_value("progress", 50);
            session.insert_value("progress", 100);
            drop(session);
            assert_eq!(program.value(&cookie, "progress").await, None);
            // A logout that is never saved is the worst case.
            let (cookie, session) = program.visit(&cookie, |_| {}).await;
            session.destroy();
            drop(session);
            assert_eq!(program.value(&cookie, "user").await, Some(1));
        });
        assert_eq!(lost, (3, 0));
    }
}

#[test]
fn changes_in_time_and_mere_looks_are_not_counted() {
    for program in [Program::stored(), Program::in_cookies()] {
        let lost = counted(async || {
            let (cookie, session) = program.visit("", login).await;
            assert!(session.contains("user"));
            drop(session);
            let (_, session) = program.visit(&cookie, Session::destroy).await;
            session.remove("nothing");
            session.destroy();
            session.clear();
        });
        assert_eq!(lost, (0, 0));
    }
}

#[test]
fn a_session_in_a_store_can_be_saved_after_the_response() {
    let lost = counted(async || {
        let program = Program::stored();
        let (cookie, _) = program.visit("", login).await;
        let (_, session) = program.visit(&cookie, |_| {}).await;
        for progress in [50, 100] {
            session.insert_value("progress", progress);
            let _ = program.manager.save(&session).await.unwrap();
            assert_eq!(program.value(&cookie, "progress").await, Some(progress));
        }
        // It can be ended, too.
        session.destroy();
        let _ = program.manager.save(&session).await.unwrap();
        assert_eq!(program.value(&cookie, "user").await, None);
    });
    assert_eq!(lost, (0, 0));
}

/// Otherwise there would be a record without a cookie, or an id that the client never gets.
#[test]
fn what_would_need_another_cookie_is_an_error_after_the_response() {
    let lost = counted(async || {
        let program = Program::stored();
        let (_, fresh) = program.visit("", |_| {}).await;
        fresh.insert_value("user", 1);
        let error = program.manager.save(&fresh).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unsupported);
        assert_eq!(program.manager.store_key(&fresh), None, "nothing is left in the store");

        let (cookie, _) = program.visit("", login).await;
        let (_, session) = program.visit(&cookie, |_| {}).await;
        session.regenerate_id();
        assert_eq!(*program.manager.save(&session).await.unwrap_err().kind(), ErrorKind::Unsupported);
        assert_eq!(program.value(&cookie, "user").await, Some(1), "it logs no user out");
    });
    assert_eq!(lost, (1, 0), "the first of them lost a value");
}

#[test]
fn a_session_in_a_cookie_cannot_be_saved_after_the_response_and_says_so() {
    let lost = counted(async || {
        let program = Program::in_cookies();
        let (_, session) = program.visit("", login).await;
        session.insert_value("progress", 50);
        let error = program.manager.save(&session).await.unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("store sessions on the server"), "{error}");
    });
    assert_eq!(lost, (1, 0));
}

#[test]
fn a_message_after_destroy_is_counted_as_lost() {
    for program in [Program::stored(), Program::in_cookies()] {
        let lost = counted(async || {
            let (cookie, _) = program.visit("", login).await;
            let goodbye = |session: &Session| {
                session.destroy();
                session.flash("Goodbye", "info");
                session.insert_value("theme", "dark");
            };
            let (cookie, session) = program.visit(&cookie, goodbye).await;
            assert!(session.is_empty());
            drop(session);
            assert_eq!(program.value(&cookie, "user").await, None);
        });
        assert_eq!(lost, (0, 2));
    }
}

/// As `Session::destroy` documents.
#[test]
fn a_message_after_a_logout_is_shown_and_the_old_session_has_ended() {
    for program in [Program::stored(), Program::in_cookies()] {
        let is_stored = program.manager.store_key(&runtime_session(&program)).is_some();
        let lost = counted(async || {
            let (before, _) = program.visit("", login).await;
            let under_way = program.manager.open([before.as_bytes()]).await.unwrap();
            under_way.insert_value("late", 1);
            let goodbye = |session: &Session| {
                session.clear();
                session.regenerate_id();
                session.flash("Goodbye", "info");
            };
            let (after, _) = program.visit(&before, goodbye).await;
            assert_ne!(after, before);
            let _ = program.manager.save(&under_way).await.unwrap();
            let shown = program.manager.open([after.as_bytes()]).await.unwrap();
            assert_eq!(shown.flashes().len(), 1);
            assert!(!shown.contains("user") && !shown.contains("late"));
            // A copy of the cookie is valid until it expires: only a store can prevent that.
            assert_eq!(program.value(&before, "user").await.is_some(), !is_stored);
        });
        assert_eq!(lost, (0, 0));
    }
}

/// The session of a request, after its response.
fn runtime_session(program: &Program) -> Session {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(program.visit("", login)).1
}
