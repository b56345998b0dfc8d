//! Sessions in a framework whose types this crate does not know: what every adapter relies on.

mod adapter;
mod slow_store;

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use dewar::lifetime::Refresh;
use dewar::store::Answer;
use dewar::web::{LazySession, ResponseHeaders};
use dewar::{ClientSide, CookiePolicy, Lifetime, SecretKeys, ServerSide, Session, SessionManager};

use self::adapter::{Headers, Request, Response, respond};
use self::slow_store::SlowStore;

fn keys() -> SecretKeys {
    SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap()
}

fn in_cookies() -> SessionManager {
    SessionManager::client_side(ClientSide::new(keys())).unwrap()
}

fn stored(settings: impl FnOnce(ServerSide) -> ServerSide) -> (SessionManager, Arc<SlowStore>) {
    let store = Arc::new(SlowStore::default());
    let settings = settings(ServerSide::new("shop", store.clone()));
    (SessionManager::server_side(settings).unwrap(), store)
}

/// A page that uses the session and says something.
async fn page(request: Request, action: impl FnOnce(&Session) -> String) -> Response {
    match request.session().await {
        Ok(session) => Response { status: 200, body: action(&session), ..Response::default() },
        Err(failure) => failure,
    }
}

async fn ask(
    manager: &SessionManager,
    cookies: &[&str],
    action: impl FnOnce(&Session) -> String,
) -> Response {
    respond(manager, Request::new(cookies), async |request| page(request, action).await).await
}

fn values(response: &Response, name: &str) -> Vec<String> {
    response.headers.values(name).map(|value| String::from_utf8(value.to_vec()).unwrap()).collect()
}

/// The `name=value` of the only cookie that is set.
fn cookie(response: &Response) -> String {
    let lines = values(response, "set-cookie");
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines[0].split(';').next().unwrap().to_owned()
}

async fn log_in(manager: &SessionManager) -> String {
    let action = |session: &Session| {
        session.insert_value("user", "zoe");
        String::new()
    };
    cookie(&ask(manager, &[], action).await)
}

fn user(session: &Session) -> String {
    session.get("user").unwrap().unwrap_or_default()
}

#[tokio::test]
async fn what_is_set_is_read_and_removed_and_the_response_says_so() {
    for manager in [in_cookies(), stored(|s| s).0] {
        let set = ask(&manager, &[], |session| {
            session.insert_value("user", "zoe");
            String::new()
        })
        .await;
        assert_eq!(
            (values(&set, "vary"), values(&set, "cache-control")),
            (vec!["Cookie".to_owned()], vec!["no-store".to_owned()])
        );
        let cookie = cookie(&set);
        let read = ask(&manager, &["theme=dark", &cookie], user).await;
        assert_eq!((read.status, read.body.as_str()), (200, "zoe"));
        assert_eq!(read.headers.0, [("vary".to_owned(), b"Cookie".to_vec())]);
        let ended = ask(&manager, &[&cookie], |session| {
            session.destroy();
            String::new()
        })
        .await;
        assert!(values(&ended, "set-cookie")[0].contains("Max-Age=0"));
        assert!(values(&ended, "cache-control").contains(&"no-store".to_owned()));
    }
}

#[tokio::test]
async fn a_request_that_does_not_use_its_session_is_left_alone() {
    let (manager, store) = stored(|s| s);
    let cookie = log_in(&manager).await;
    let plain = || Response { status: 204, ..Response::default() };
    assert_eq!(respond(&manager, Request::new(&[&cookie]), async |_| plain()).await, plain());
    assert_eq!(store.hook.loads.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn headers_that_are_there_are_taken_into_account() {
    let manager = in_cookies();
    let name = manager.cookie_name().to_owned();
    let response = respond(&manager, Request::new(&[]), async |request| {
        let session = request.session().await.unwrap();
        session.insert_value("user", "zoe");
        let given = [
            ("Vary", "Origin".to_owned()),
            ("Cache-Control", "public, max-age=60".to_owned()),
            ("Vercel-CDN-Cache-Control", "max-age=600".to_owned()),
            ("Set-Cookie", "theme=dark".to_owned()),
            ("SET-COOKIE", format!("{name}=old; Path=/; Secure")),
            ("Set-Cookie", "lang=de".to_owned()),
        ];
        let headers = given.map(|(name, value)| (name.to_owned(), value.into_bytes()));
        Response { status: 200, headers: Headers(headers.into()), body: String::new() }
    })
    .await;
    assert_eq!(values(&response, "vary"), ["Origin, Cookie"]);
    assert_eq!(values(&response, "cache-control"), ["private, no-store"]);
    assert_eq!(values(&response, "vercel-cdn-cache-control"), ["private, max-age=600"]);
    let lines = values(&response, "set-cookie");
    assert_eq!(lines[..2], ["theme=dark", "lang=de"]);
    assert!(lines.len() == 3 && lines[2].starts_with(&format!("{name}=")) && !lines[2].contains("old"));
}

#[tokio::test]
async fn a_failure_takes_the_place_of_the_response() {
    let (manager, store) = stored(|s| s);
    let cookie = log_in(&manager).await;
    let failed = |response: &Response| {
        assert_eq!(values(response, "content-type").len(), usize::from(cfg!(debug_assertions)));
        [values(response, "cache-control"), values(response, "retry-after"), values(response, "set-cookie")]
            .concat()
    };
    store.hook.is_down.store(true, Ordering::Relaxed);
    let unread = ask(&manager, &[&cookie], user).await;
    assert_eq!((unread.status, failed(&unread)), (503, vec!["no-store".to_owned(), "1".to_owned()]));
    store.hook.is_down.store(false, Ordering::Relaxed);
    let unsaved = ask(&manager, &[&cookie], |session| {
        session.insert_value("user", "mallory");
        store.hook.is_down.store(true, Ordering::Relaxed);
        "saved".to_owned()
    })
    .await;
    assert_eq!((unsaved.status, failed(&unsaved)), (503, vec!["no-store".to_owned(), "1".to_owned()]));
    assert_ne!(unsaved.body, "saved");
    assert_eq!(
        unsaved.body.contains("check that the session store is running"),
        cfg!(debug_assertions),
        "{}",
        unsaved.body
    );
    store.hook.is_down.store(false, Ordering::Relaxed);
    let not_ended = ask(&manager, &[&cookie], |session| {
        session.destroy();
        store.hook.is_down.store(true, Ordering::Relaxed);
        "goodbye".to_owned()
    })
    .await;
    assert_eq!(
        (not_ended.status, values(&not_ended, "set-cookie").len()),
        (503, 1),
        "the client forgets its cookie"
    );
    store.hook.is_down.store(false, Ordering::Relaxed);
    assert_eq!(ask(&manager, &[&cookie], user).await.body, "zoe");
}

#[tokio::test]
async fn what_is_saved_early_goes_out_with_the_response() {
    for manager in [in_cookies(), stored(|s| s).0] {
        let page = async |request: Request| {
            let session = request.session().await.unwrap();
            session.regenerate_id();
            session.insert_value("user", "zoe");
            manager.save_now(&session).await.unwrap();
            session.insert_value("user", "mallory");
            Response { status: 500, ..Response::default() }
        };
        let before = log_in(&manager).await;
        let after = cookie(&respond(&manager, Request::new(&[&before]), page).await);
        assert_ne!(after, before);
        assert_eq!(ask(&manager, &[&after], user).await.body, "zoe", "nothing is saved after a server error");
    }
}

#[tokio::test]
async fn after_a_server_error_a_logout_is_saved_and_nothing_else() {
    for manager in [in_cookies(), stored(|s| s).0] {
        let fail = async |cookie: &str, action: fn(&Session)| {
            let page = async |request: Request| {
                action(&request.session().await.unwrap());
                Response { status: 503, ..Response::default() }
            };
            respond(&manager, Request::new(&[cookie]), page).await
        };
        let zoe = log_in(&manager).await;
        let changed = fail(&zoe, |session| session.insert_value("user", "mallory")).await;
        assert_eq!(
            (values(&changed, "set-cookie").len(), values(&changed, "vary")),
            (0, vec!["Cookie".to_owned()])
        );
        assert_eq!(ask(&manager, &[&zoe], user).await.body, "zoe");
        let ended = fail(&zoe, Session::destroy).await;
        assert!(values(&ended, "set-cookie")[0].contains("Max-Age=0"));
        let untouched =
            respond(&manager, Request::new(&[]), async |_| Response { status: 500, ..Response::default() })
                .await;
        assert!(untouched.headers.0.is_empty());
    }
}

#[tokio::test]
async fn two_extractors_that_ask_at_once_open_the_session_once() {
    let (manager, store) = stored(|s| s);
    let cookie = log_in(&manager).await;
    let response = respond(&manager, Request::new(&[&cookie]), async |request| {
        let (one, two) = tokio::join!(request.session(), request.session());
        let (one, two) = (one.unwrap(), two.unwrap());
        one.insert_value("seen", 1);
        Response {
            status: 200,
            body: format!("{} {:?}", user(&two), two.get_value("seen")),
            ..Response::default()
        }
    })
    .await;
    assert_eq!(response.body, "zoe Some(Int(1))");
    assert_eq!(store.hook.loads.load(Ordering::Relaxed), 1);
}

/// The first task to ask is dropped while it waits for the store: the next one opens the session.
#[tokio::test]
async fn an_extractor_that_is_dropped_hands_on() {
    let (manager, store) = stored(|s| s);
    let cookie = log_in(&manager).await;
    let session = LazySession::new(&manager, []);
    let mut context = Context::from_waker(Waker::noop());
    let second = {
        let mut first = pin!(session.session([cookie.as_bytes()]));
        let mut second = session.session([cookie.as_bytes()]);
        assert!(first.as_mut().poll(&mut context).is_pending());
        assert!(pin!(&mut second).poll(&mut context).is_pending());
        assert_eq!(store.hook.loads.load(Ordering::Relaxed), 1);
        second
    };
    assert_eq!(user(&second.await.unwrap()), "zoe");
    assert_eq!(store.hook.loads.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn layers_with_cookies_of_different_names_have_a_session_each() {
    let (login, _) = stored(|s| s);
    let cart = ServerSide::new("cart", Arc::new(SlowStore::default()));
    let cookie = CookiePolicy { name: "cart".to_owned(), ..cart.cookie.clone() };
    let cart = SessionManager::server_side(ServerSide { cookie, ..cart }).unwrap();
    let response = respond(&login, Request::new(&[]), async |request| {
        respond(&cart, request, async |request| {
            // One cookie, one session: this layer lets the request pass.
            respond(&login, request, async |request| {
                request.session().await.unwrap().insert_value("things", 3);
                request.session_named(login.cookie_name()).await.unwrap().insert_value("user", "zoe");
                Response::default()
            })
            .await
        })
        .await
    })
    .await;
    let lines = values(&response, "set-cookie");
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].starts_with("cart=") && lines[1].starts_with(login.cookie_name()), "{lines:?}");
}

#[tokio::test]
async fn a_session_that_nothing_asks_for_is_refreshed_if_the_settings_say_so() {
    let each_request = Lifetime { refresh: Refresh::EachRequest, ..Lifetime::default() };
    let (manager, store) = stored(|settings| ServerSide { lifetime: each_request, ..settings });
    let cookie = log_in(&manager).await;
    let loads = store.hook.loads.load(Ordering::Relaxed);
    let plain = || Response { status: 200, ..Response::default() };
    let response = respond(&manager, Request::new(&["a=1", &cookie]), async |_| plain()).await;
    assert_eq!(response.status, 200);
    assert_eq!(store.hook.loads.load(Ordering::Relaxed), loads + 1);
    // Best effort: a refresh that fails is left for another request.
    store.hook.is_down.store(true, Ordering::Relaxed);
    assert_eq!(respond(&manager, Request::new(&[&cookie]), async |_| plain()).await, plain());
}

/// A store that never waits needs no boxed future.
#[tokio::test]
async fn a_session_in_a_cookie_is_there_at_once() {
    let manager = in_cookies();
    let cookie = log_in(&manager).await;
    let session = LazySession::new(&manager, []);
    let Answer::Now(Ok(opened)) = session.session([cookie.as_bytes()]) else { panic!("it waits") };
    opened.insert_value("n", 1);
    let Answer::Now(saved) = session.save() else { panic!("it waits") };
    let mut headers = Headers::default();
    session.finish(saved, &mut headers).unwrap();
    assert_eq!(headers.values("set-cookie").count(), 1);
    assert!(matches!(
        pin!(session.session([])).poll(&mut Context::from_waker(Waker::noop())),
        Poll::Ready(Ok(_))
    ));
}
