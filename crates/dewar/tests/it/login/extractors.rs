//! `LoggedIn`, `Option<LoggedIn>` and `Allowed`.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::body::Body;
use axum::http::header::{LOCATION, SET_COOKIE, VARY};
use axum::http::{Request, StatusCode};
use axum::response::Redirect;
use axum::routing::get;
use dewar::settings::Revocation;
use dewar::store::Memory;
use dewar::web::LocalPath;
use dewar::web::axum::{LoggedIn, SessionLayer, SessionUser};
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};
use tower_service::Service;

use super::shop::{App, Site, header, index};

#[tokio::test]
async fn the_user_is_there_and_may_be_missing_where_the_handler_says_so() {
    let site = Site::in_store();
    let zoe = site.cookie("user:zoe").await;
    assert_eq!(site.text("/account", &zoe).await, (200, "zoe".to_owned()));
    assert_eq!(site.text("/", &zoe).await, (200, "zoe".to_owned()));
    assert_eq!(site.text("/", "").await, (200, "nobody".to_owned()));
    assert_eq!(site.text("/api", &zoe).await, (200, "zoe".to_owned()));
}

#[tokio::test]
async fn visitors_are_sent_to_the_login_page_with_the_page_that_they_wanted() {
    let site = Site::in_store();
    let login = |next: &str| format!("/login?next={next}");
    for (method, path, page) in [
        ("GET", "/account", login("/account")),
        ("HEAD", "/account", login("/account")),
        ("GET", "/account?tab=2&x=%26", login("/account%3Ftab%3D2%26x%3D%2526")),
        // As the visitor sees it, not as the nested router does.
        ("GET", "/office/me?x=1", login("/office/me%3Fx%3D1")),
        ("GET", "/not/there", login("/not/there")),
        // What was posted cannot be repeated by a redirect.
        ("POST", "/account", "/login".to_owned()),
        ("DELETE", "/account?x=1", "/login".to_owned()),
        // Nothing that leads elsewhere comes back as the next page.
        ("GET", "//evil.example/account", "/login".to_owned()),
        ("GET", "/%09/evil.example", "/login".to_owned()),
        ("GET", "/a/../account", "/login".to_owned()),
    ] {
        let response = site.ask(method, path, "").await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{method} {path}");
        assert_eq!(header(&response, LOCATION), Some(page.as_str()), "{method} {path}");
        assert_eq!(header(&response, VARY), Some("Cookie"), "{method} {path}");
        assert_eq!(header(&response, SET_COOKIE), None, "{method} {path}");
    }
    // A login page that asks for a login does not lead to itself.
    assert_eq!(site.get("/login?next=/", "").await.status(), 401);
}

/// A user whose login form is somewhere in a page.
#[derive(Clone)]
struct Member;

impl SessionUser<()> for Member {
    type Error = StatusCode;
    const LOGIN_PAGE: Option<&'static str> = Some("/login?lang=de#form");

    async fn load(_: &str, (): &()) -> Result<Option<Self>, StatusCode> {
        Ok(None)
    }
}

#[tokio::test]
async fn a_login_page_may_have_a_query_and_a_fragment() {
    let manager = SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))).unwrap();
    let mut router = Router::new()
        .fallback(async |_: LoggedIn<Member>| StatusCode::OK)
        .layer(SessionLayer::new(manager))
        .with_state(());
    for (path, status, page) in
        [("/account", 303, Some("/login?lang=de&next=/account#form")), ("/login", 401, None)]
    {
        let response = router.call(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let location = response.headers().get(LOCATION).map(|page| page.to_str().unwrap());
        assert_eq!((response.status().as_u16(), location), (status, page), "{path}");
    }
}

#[tokio::test]
async fn without_a_login_page_the_answer_is_401() {
    let site = Site::in_store();
    for cookie in ["", "__Host-session=garbage"] {
        let response = site.get("/api", cookie).await;
        assert_eq!((response.status().as_u16(), header(&response, LOCATION)), (401, None));
        assert_eq!(header(&response, VARY), Some("Cookie"));
    }
}

#[tokio::test]
async fn a_user_who_is_gone_is_not_logged_in() {
    let site = Site::in_store();
    let gone = site.cookie("user:gone").await;
    assert_eq!(site.text("/", &gone).await, (200, "nobody".to_owned()));
    assert_eq!(site.get("/account", &gone).await.status(), 303);
    assert_eq!(site.get("/api", &gone).await.status(), 401);
    assert_eq!(site.get("/office/report", &gone).await.status(), 303);
}

/// A failing database or store does not make the user a visitor.
#[tokio::test]
async fn what_fails_is_told_even_where_the_user_may_be_missing() {
    let site = Site::in_store();
    let zoe = site.cookie("user:zoe").await;
    site.app.is_down.store(true, Ordering::Relaxed);
    for path in ["/", "/account", "/api", "/office/report"] {
        assert_eq!(site.text(path, &zoe).await, (502, "no database".to_owned()), "{path}");
    }
    assert_eq!(site.text("/", "").await, (200, "nobody".to_owned()), "nothing is loaded for a visitor");
    let app = App::default();
    let without_layer = Router::new().route("/", get(index)).with_state(app.clone());
    let site = Site { app, router: without_layer, manager: site.manager };
    assert_eq!(site.get("/", "").await.status(), 500);
}

#[tokio::test]
async fn the_user_is_loaded_once_per_request() {
    let site = Site::in_store();
    let (zoe, gone) = (site.cookie("user:zoe").await, site.cookie("user:gone").await);
    for (path, cookie, loads) in [
        ("/account", &zoe, 1),
        ("/thrice", &zoe, 1),
        ("/office/me", &zoe, 1),
        ("/office/me", &gone, 1),
        ("/", &String::new(), 0),
    ] {
        let _ = site.get(path, cookie).await;
        assert_eq!(site.loads(), loads, "{path}");
    }
    assert_eq!(site.text("/thrice", &zoe).await, (200, "zoe zoe zoe".to_owned()));
}

/// The user of a request that logs somebody else in is loaded again.
#[tokio::test]
async fn a_login_in_the_request_counts_for_who_asks_afterwards() {
    let site = Site::in_store();
    let zoe = site.cookie("user:zoe").await;
    assert_eq!(site.text("/becomes-bob", &zoe).await, (200, "zoe bob".to_owned()));
    assert_eq!(site.loads(), 2);
}

#[tokio::test]
async fn permissions_are_the_programs_own_predicate() {
    let site = Site::in_store();
    let (zoe, bob) = (site.cookie("user:zoe").await, site.cookie("user:bob").await);
    for (cookie, status) in [(&zoe, 200), (&bob, 403), (&String::new(), 303)] {
        for (method, path) in [("GET", "/office/report"), ("GET", "/office/me"), ("POST", "/may")] {
            let response = site.ask(method, path, cookie).await;
            assert_eq!(response.status(), status, "{path}");
            assert_eq!(header(&response, VARY), Some("Cookie"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_new_password_logs_out_everywhere_else_and_gives_this_session_a_new_id() {
    let epochs = || Some(Revocation::new("shop", Arc::new(Memory::new())));
    let keys = || SecretKeys::accepting_weak("a key of at least thirty-two bytes, for tests").unwrap();
    let in_cookies = ClientSide { revocation: epochs(), ..ClientSide::new(keys()) };
    let in_cookies = Site::new(SessionManager::client_side(in_cookies).unwrap());
    let flask = ServerSide::flask(Arc::new(Memory::new()));
    let flask = Site::new(SessionManager::server_side(flask).unwrap());
    for (site, ended) in [(Site::in_store(), "2"), (flask, "2"), (in_cookies, "0")] {
        let [here, phone, tablet] =
            [site.cookie("user:zoe").await, site.cookie("user:zoe").await, site.cookie("user:zoe").await];
        let bob = site.cookie("user:bob").await;
        let response = site.ask("POST", "/password", &here).await;
        let after = header(&response, SET_COOKIE).unwrap().split(';').next().unwrap().to_owned();
        assert_eq!((response.status().as_u16(), response.body().as_str()), (200, ended));
        assert_ne!(after, here);
        assert_eq!(site.text("/", &after).await.1, "zoe");
        assert_eq!(site.text("/", &bob).await.1, "bob");
        for cookie in [&here, &phone, &tablet] {
            assert_eq!(
                site.text("/", cookie).await.1,
                "nobody",
                "{ended}: a copy of this session's cookie, too"
            );
        }
    }
}

/// Sessions in cookies that nothing can end: the answer says what to set.
#[tokio::test]
async fn without_epochs_sessions_in_cookies_cannot_be_ended_and_the_error_says_so() {
    let keys = SecretKeys::accepting_weak("a key of at least thirty-two bytes, for tests").unwrap();
    let site = Site::new(SessionManager::client_side(ClientSide::new(keys)).unwrap());
    let zoe = site.cookie("user:zoe").await;
    assert_eq!(site.ask("POST", "/password", &zoe).await.status(), 500);
    let session = site.manager.open([zoe.as_bytes()]).await.unwrap();
    let why = site.manager.end_other_sessions(&session).await.unwrap_err();
    assert!(why.to_string().contains("ClientSide.revocation"), "{why}");
    assert!(!session.is_modified(), "nothing was done");
}

/// A name that is stored with a hash is not hashed again.
#[tokio::test]
async fn the_other_sessions_of_an_owner_with_a_long_name_end_and_this_one_stays() {
    let name = format!("user:{}", "z".repeat(500));
    let keys = SecretKeys::accepting_weak("a key of at least thirty-two bytes, for tests").unwrap();
    let revocation = Some(Revocation::new("shop", Arc::new(Memory::new())));
    let in_cookies = SessionManager::client_side(ClientSide { revocation, ..ClientSide::new(keys) }).unwrap();
    for site in [Site::in_store(), Site::new(in_cookies)] {
        let (here, phone) = (site.cookie(&name).await, site.cookie(&name).await);
        let session = site.manager.open([here.as_bytes()]).await.unwrap();
        site.manager.end_other_sessions(&session).await.unwrap();
        let reply = site.manager.save(&session).await.unwrap();
        let after = reply.set_cookie().unwrap().split(';').next().unwrap();
        let owner = async |cookie: &str| site.manager.open([cookie.as_bytes()]).await.unwrap().owner();
        assert!(owner(after).await.is_some());
        assert_eq!(owner(&phone).await, None);
        // Logged in again under the name that was given, it is the same owner.
        let session: Session = site.manager.open([after.as_bytes()]).await.unwrap();
        session.insert_value("cart", 3);
        session.log_in(name.as_str());
        assert!(session.contains("cart"));
    }
}

/// What a visitor gets is a redirect that works.
#[tokio::test]
async fn the_next_page_is_read_by_the_login_page() {
    let site = Site::in_store();
    let location = site.get("/account?tab=2&x=%26", "").await;
    let login = async |next: LocalPath| Redirect::to(next.as_str());
    let router = Router::new().route("/login", get(login)).with_state(App::default());
    let site = Site { router, ..site };
    let ask = async |path: &str| {
        let response = site.get(path, "").await;
        header(&response, LOCATION).unwrap().to_owned()
    };
    assert_eq!(ask(header(&location, LOCATION).unwrap()).await, "/account?tab=2&x=%26");
    assert_eq!(ask("/login").await, "/");
    assert_eq!(ask("/login?next=//evil.example").await, "/");
    assert_eq!(ask("/login?next=%2F%5Cevil.example").await, "/");
}
