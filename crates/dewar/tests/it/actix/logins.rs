//! `LoggedIn`, `Option<LoggedIn>`, `Allowed`, and the guard of a scope.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, Redirect, ServiceConfig};
use actix_web::{App, HttpRequest};
use dewar::error::Error;
use dewar::web::LocalPath;
use dewar::web::actix_web::{
    Allowed, Forbidden, LoggedIn, Permission, Require, SessionMiddleware, SessionUser,
};
use dewar::{Session, SessionManager};

use super::client::{Answer, Client};
use crate::web::site::stored;

/// A database with two users.
#[derive(Default)]
struct Users {
    is_down: AtomicBool,
    loads: AtomicUsize,
}

#[derive(Clone, Debug)]
struct User {
    name: String,
    is_admin: bool,
}

impl SessionUser for User {
    type Error = actix_web::Error;
    const LOGIN_PAGE: Option<&'static str> = Some("/login");

    async fn load(owner: &str, request: &HttpRequest) -> Result<Option<Self>, actix_web::Error> {
        let users = request.app_data::<web::Data<Users>>().unwrap();
        users.loads.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        if users.is_down.load(Ordering::Relaxed) {
            return Err(actix_web::error::ErrorBadGateway("no database"));
        }
        let name = owner.strip_prefix("user:").filter(|name| ["zoe", "bob"].contains(name));
        Ok(name.map(|name| Self { name: name.to_owned(), is_admin: name == "zoe" }))
    }
}

/// A user of a program without a login page.
#[derive(Clone)]
struct Caller(String);

impl SessionUser for Caller {
    type Error = actix_web::Error;

    async fn load(owner: &str, request: &HttpRequest) -> Result<Option<Self>, actix_web::Error> {
        Ok(User::load(owner, request).await?.map(|user| Self(user.name)))
    }
}

struct Admin;

impl Permission<User> for Admin {
    fn allows(user: &User) -> bool {
        user.is_admin
    }
}

async fn index(user: Option<LoggedIn<User>>) -> String {
    user.map_or("nobody".to_owned(), |user| user.name.clone())
}

async fn account(user: LoggedIn<User>) -> String {
    user.name.clone()
}

async fn log_in(session: Session, next: LocalPath, request: HttpRequest) -> Redirect {
    session.log_in(format!("user:{}", request.match_info().query("name")));
    Redirect::to(next.to_string()).see_other()
}

async fn password(user: LoggedIn<User>) -> Result<String, Error> {
    let ended = user.end_other_sessions().await?;
    Ok(format!("{ended} of {}", user.sessions().await?.len()))
}

async fn may(user: LoggedIn<User>) -> Result<String, Forbidden> {
    user.require(|user| user.is_admin)?;
    Ok(user.into_user().name)
}

async fn becomes_bob(user: LoggedIn<User>, request: HttpRequest) -> actix_web::Result<String> {
    user.session().log_in("user:bob");
    let after = <LoggedIn<User> as actix_web::FromRequest>::extract(&request).await?;
    Ok(format!("{} {}", user.name, after.name))
}

fn routes(manager: SessionManager, users: &web::Data<Users>) -> impl FnOnce(&mut ServiceConfig) {
    let users = users.clone();
    let office = |path: &str| {
        web::scope(path)
            .route("/report", web::get().to(async |user: Allowed<User, Admin>| user.name.clone()))
            .route("/me", web::get().to(account))
    };
    let by_hand = from_fn(async |_: Allowed<User, Admin>, request: ServiceRequest, next: Next<_>| {
        next.call(request).await
    });
    let by_hand = office("/by-hand").wrap(by_hand);
    move |config| {
        let site = web::scope("")
            .wrap(SessionMiddleware::new(manager))
            .route("/", web::get().to(index))
            .route("/account", web::route().to(account))
            .route("/api", web::get().to(async |caller: LoggedIn<Caller>| caller.0.clone()))
            .route(
                "/thrice",
                web::get().to(
                    async |one: LoggedIn<User>, two: Option<LoggedIn<User>>, three: Allowed<User, Admin>| {
                        format!("{} {} {}", one.name, two.unwrap().name, three.name)
                    },
                ),
            )
            .route("/login/{name}", web::post().to(log_in))
            .route("/login", web::get().to(account))
            .route("/password", web::post().to(password))
            .route("/may", web::get().to(may))
            .route("/becomes-bob", web::get().to(becomes_bob))
            .service(office("/office").wrap(Require::<Allowed<User, Admin>>::new()))
            .service(by_hand)
            .service(office("/members").wrap(Require::<LoggedIn<User>>::default()));
        config.app_data(users).service(site);
    }
}

/// A macro, as the type of a service has no name.
macro_rules! site {
    ($app:ident, $users:ident, $store:ident) => {
        let $users = web::Data::new(Users::default());
        let (manager, $store) = stored();
        let $app = init_service(App::new().configure(routes(manager, &$users))).await;
    };
}

macro_rules! logged_in {
    ($app:ident, $name:literal) => {{
        let mut client = Client::default();
        let path = concat!("/login/", $name, "?next=/account");
        let answer = client.send(&$app, TestRequest::post().uri(path)).await;
        assert_eq!((answer.status, answer.all("location")), (303, vec!["/account"]));
        client
    }};
}

fn shown(answer: &Answer) -> (u16, &str) {
    (answer.status, &answer.body)
}

#[tokio::test]
async fn the_user_is_there_and_may_be_missing_where_the_handler_says_so() {
    site!(app, _users, _store);
    let mut zoe = logged_in!(app, "zoe");
    assert_eq!(shown(&zoe.get(&app, "/account").await), (200, "zoe"));
    assert_eq!(shown(&zoe.get(&app, "/").await), (200, "zoe"));
    assert_eq!(shown(&zoe.get(&app, "/api").await), (200, "zoe"));
    assert_eq!(shown(&Client::default().get(&app, "/").await), (200, "nobody"));
    let mut gone = logged_in!(app, "gone");
    assert_eq!(shown(&gone.get(&app, "/").await), (200, "nobody"));
    assert_eq!((gone.get(&app, "/account").await.status, gone.get(&app, "/api").await.status), (303, 401));
}

#[tokio::test]
async fn visitors_are_sent_to_the_login_page_with_the_page_that_they_wanted() {
    site!(app, _users, _store);
    let login = |next: &str| format!("/login?next={next}");
    for (method, path, page) in [
        (Method::GET, "/account", login("/account")),
        (Method::HEAD, "/account", login("/account")),
        (Method::GET, "/account?tab=2&x=%26", login("/account%3Ftab%3D2%26x%3D%2526")),
        (Method::GET, "/office/me?x=1", login("/office/me%3Fx%3D1")),
        (Method::GET, "/members/nowhere", login("/members/nowhere")),
        (Method::GET, "/by-hand/me", login("/by-hand/me")),
        (Method::POST, "/account", "/login".to_owned()),
        (Method::DELETE, "/account?x=1", "/login".to_owned()),
    ] {
        let request = TestRequest::with_uri(path).method(method.clone());
        let answer = Client::default().send(&app, request).await;
        assert_eq!((answer.status, answer.all("location")), (303, vec![page.as_str()]), "{method} {path}");
        assert_eq!(answer.all("vary"), ["Cookie"], "{method} {path}");
        assert_eq!(answer.all("set-cookie").len(), 0, "{method} {path}");
    }
    assert_eq!(Client::default().get(&app, "/login").await.status, 401, "it does not lead to itself");
}

#[tokio::test]
async fn permissions_are_the_programs_own_predicate() {
    site!(app, _users, _store);
    let (mut zoe, mut bob) = (logged_in!(app, "zoe"), logged_in!(app, "bob"));
    let mut nobody = Client::default();
    for (client, status) in [(&mut zoe, 200), (&mut bob, 403), (&mut nobody, 303)] {
        for path in
            ["/office/report", "/office/me", "/by-hand/report", "/by-hand/me", "/may", "/members/report"]
        {
            let answer = client.get(&app, path).await;
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.all("vary"), ["Cookie"], "{path}");
        }
    }
    assert_eq!(bob.get(&app, "/members/me").await.body, "bob");
}

#[tokio::test]
async fn the_user_is_loaded_once_per_request() {
    site!(app, users, _store);
    let (mut zoe, mut gone) = (logged_in!(app, "zoe"), logged_in!(app, "gone"));
    let mut nobody = Client::default();
    for (name, path, loads) in [
        ("zoe", "/account", 1),
        ("zoe", "/thrice", 1),
        ("zoe", "/office/report", 1),
        ("zoe", "/by-hand/me", 1),
        ("gone", "/office/me", 1),
        ("nobody", "/", 0),
        ("zoe", "/becomes-bob", 2),
    ] {
        let client = match name {
            "zoe" => &mut zoe,
            "gone" => &mut gone,
            _ => &mut nobody,
        };
        let answer = client.get(&app, path).await;
        assert_eq!(users.loads.swap(0, Ordering::Relaxed), loads, "{path}");
        if path == "/thrice" {
            assert_eq!(answer.body, "zoe zoe zoe");
        }
    }
    assert_eq!(zoe.get(&app, "/account").await.body, "bob");
}

/// A database or a store that fails is no visitor, though actix-web makes `None` of it.
#[tokio::test]
async fn what_fails_is_told_even_where_the_user_may_be_missing() {
    site!(app, users, store);
    let mut zoe = logged_in!(app, "zoe");
    let cookie = zoe.cookie.clone();
    users.is_down.store(true, Ordering::Relaxed);
    for path in ["/", "/account", "/office/report", "/by-hand/report", "/members/me"] {
        assert_eq!(shown(&zoe.get(&app, path).await), (502, "no database"), "{path}");
    }
    assert_eq!(
        shown(&Client::default().get(&app, "/").await),
        (200, "nobody"),
        "nothing is loaded for a visitor"
    );
    users.is_down.store(false, Ordering::Relaxed);
    store.hook.fail_loads(true);
    for path in ["/", "/account", "/office/report", "/by-hand/report", "/members/me"] {
        let answer = zoe.get(&app, path).await;
        assert_eq!((answer.status, answer.all("retry-after")), (503, vec!["1"]), "{path}");
        assert_eq!(answer.all("set-cookie").len(), 0, "{path}");
    }
    store.hook.fail_loads(false);
    assert_eq!((shown(&zoe.get(&app, "/").await), &zoe.cookie), ((200, "zoe"), &cookie));
}

#[tokio::test]
async fn a_new_password_logs_out_everywhere_else() {
    site!(app, _users, _store);
    let (mut here, mut phone) = (logged_in!(app, "zoe"), logged_in!(app, "zoe"));
    let before = here.cookie.clone();
    let changed = here.send(&app, TestRequest::post().uri("/password")).await;
    assert_eq!(shown(&changed), (200, "1 of 1"));
    assert_ne!(here.cookie, before);
    assert_eq!(here.get(&app, "/").await.body, "zoe");
    assert_eq!(phone.get(&app, "/").await.body, "nobody");
}
