//! How many allocations a session costs, over a router without any: exact, so they are asserted. A buffer that grows counts again.
//!
//! In a binary of its own, for the allocator that counts.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests: what fails here fails the test")]

use std::future::Future;
use std::hint::black_box;
use std::io::Write;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use actix_web::dev::ServiceResponse;
use actix_web::middleware::DefaultHeaders;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{self, ServiceConfig};
use allocation_counter::{AllocationInfo, measure};
use axum::body::Body;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, Request, Response};
use axum::{Router, routing::get};
use dewar::clock::{Clock, UnixTime};
use dewar::lifetime::Refresh;
use dewar::signing::{SerializerOptions, TimestampSigner, base64_encode};
use dewar::store::{Answer, Memory};
use dewar::value::Value;
use dewar::web::LazySession;
use dewar::web::actix_web::SessionMiddleware;
use dewar::web::axum::SessionLayer;
use dewar::{ClientSide, Lifetime, SecretKeys, ServerSide, Session, SessionManager};
use flate2::{Compression, write::ZlibEncoder};
use tower_service::Service;

const SECRET: &str = "7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5";
const NOW: UnixTime = UnixTime::from_seconds(1_795_000_000);

/// axum boxes whatever layer there is, and its future: that is not ours.
#[test]
fn an_untouched_session_costs_three_over_a_layer_that_does_nothing() {
    for settings in [sealed(), flask_on_change()] {
        let manager = manager(settings);
        let cookie = cookie_of(&manager);
        let ours = spent(routes().layer(SessionLayer::new(manager)), "/untouched", &cookie);
        let nothing = spent(routes().layer(tower_layer::Identity::new()), "/untouched", &cookie);
        assert!(ours <= nothing + 3, "{ours} allocations over {nothing}");
    }
}

/// Flask's default refreshes sessions that the handler did not use. Who has none pays for none: neither a copy of the cookies nor a session.
#[test]
fn a_visitor_without_a_cookie_of_ours_costs_no_more_than_an_untouched_session() {
    let layered = routes().layer(SessionLayer::new(manager(ClientSide::flask(keys()))));
    let ours = spent(layered, "/untouched", "sessions=x; my_session=session");
    let nothing =
        spent(routes().layer(tower_layer::Identity::new()), "/untouched", "sessions=x; my_session=session");
    assert!(ours <= nothing + 3, "{ours} allocations over {nothing}");
}

#[test]
fn a_read_of_a_flask_session_costs_seven() {
    let cost = over_the_bare_router(flask_on_change(), "/read");
    assert!(cost <= 7, "{cost} allocations");
}

#[test]
fn a_write_of_a_flask_session_costs_ten() {
    let cost = over_the_bare_router(flask_on_change(), "/write");
    assert!(cost <= 10, "{cost} allocations");
}

/// The session, and its place in the request's extensions: the futures of the middleware are on nobody's heap.
#[test]
fn in_actix_web_an_untouched_session_costs_two_over_a_middleware_that_does_nothing() {
    for settings in [sealed(), flask_on_change()] {
        let manager = manager(settings);
        let cookie = cookie_of(&manager);
        let ours = spent_in_actix_with_sessions(manager, "/untouched", &cookie);
        let nothing = spent_in_bare_actix(&cookie);
        println!("{ours} over {nothing}");
        assert!(ours <= nothing + 2, "{ours} allocations over {nothing}");
    }
}

#[test]
fn in_actix_web_a_read_of_a_sealed_session_costs_four_and_a_write_seven() {
    let manager = manager(sealed());
    let cookie = cookie_of(&manager);
    for (path, budget) in [("/read", 4), ("/write", 7)] {
        let ours = spent_in_actix_with_sessions(manager.clone(), path, &cookie);
        let nothing = spent_in_bare_actix(&cookie);
        println!("{path}: {ours} over {nothing}");
        assert!(ours <= nothing + budget, "{path}: {ours} allocations over {nothing}");
    }
}

/// Two are axum's, which boxes whatever layer there is. Two more are those of an untouched session.
#[test]
fn a_sealed_session_over_the_bare_router() {
    for (path, budget) in [("/untouched", 4), ("/read", 6), ("/write", 9), ("/new", 9)] {
        let cost = over_the_bare_router(sealed(), path);
        println!("sealed {path}: {cost} allocations");
        assert!(cost <= budget, "{path}: {cost} allocations");
    }
}

/// Opening and saving a session in memory boxes no future.
#[test]
fn a_session_in_memory_over_the_bare_router() {
    let manager = stored();
    let cookie = cookie_of(&manager);
    let bare = spent(routes(), "/untouched", &cookie);
    for (path, budget) in [("/untouched", 4), ("/read", 8), ("/write", 13), ("/new", 16)] {
        let layered = routes().layer(SessionLayer::new(manager.clone()));
        let cost = spent_in_memory(layered, path, &cookie) - bare;
        println!("memory {path}: {cost} allocations");
        assert!(cost <= budget, "{path}: {cost} allocations");
    }
}

#[test]
fn a_session_in_memory_is_opened_and_saved_at_once() {
    let manager = stored();
    let cookie = cookie_of(&manager);
    let lazy = LazySession::new(&manager, [cookie.as_bytes()]);
    let Answer::Now(Ok(session)) = lazy.session([cookie.as_bytes()]) else { panic!("it waits") };
    session.insert_value("user_id", 43);
    let Answer::Now(Ok(saved)) = lazy.save() else { panic!("it waits") };
    assert!(saved.set_cookie().is_none());
    let again = now(manager.open([cookie.as_bytes()])).unwrap();
    assert_eq!(again.get::<u64>("user_id").unwrap(), Some(43));
}

/// For a merge a session keeps what its changes displaced: moved, not copied. What is removed is given back, so that a copy is kept; not
/// where sessions are in cookies, which are never merged. To read costs nothing.
#[test]
fn what_a_change_displaces_is_not_copied() {
    let list = || {
        Value::List((0..100).map(|n| Value::from(format!("a long item with number {n}").as_str())).collect())
    };
    for (manager, removal) in [(stored(), 103), (manager(sealed()), 1)] {
        let filled = now(manager.open([])).unwrap();
        filled.insert_value("cart", list());
        let reply = now(manager.save(&filled)).unwrap();
        let cookie = reply.set_cookie().unwrap().split(';').next().unwrap().to_owned();
        let spent = |change: &dyn Fn(&Session)| {
            let session = now(manager.open([cookie.as_bytes()])).unwrap();
            measure(|| change(&session)).count_total
        };
        assert!(spent(&|session| session.insert_value("cart", 1)) <= 1);
        assert!(spent(&|session| assert!(session.contains("cart"))) == 0);
        assert!(spent(&|session| _ = session.remove("cart")) <= removal);
    }
}

/// The layer for any stack has a body of its own, which axum boxes.
#[test]
fn the_layer_of_tower_costs_one_more_in_axum() {
    let manager = manager(sealed());
    let cookie = cookie_of(&manager);
    let axum = spent(routes().layer(SessionLayer::new(manager.clone())), "/read", &cookie);
    let tower = spent(routes().layer(dewar::web::tower::SessionLayer::new(manager)), "/read", &cookie);
    assert!(tower <= axum + 1, "{tower} allocations over {axum}");
}

/// What any adapter has: those outside this crate can be as fast as ours.
#[test]
fn a_lazy_session_costs_one_allocation_and_two_more_to_read_a_cookie() {
    let manager = manager(sealed());
    let cookie = cookie_of(&manager);
    let cookies = [cookie.as_bytes()];
    let request = |is_read| {
        let mut headers = HeaderMap::with_capacity(4);
        let respond = || {
            let session = LazySession::new(&manager, cookies);
            if is_read {
                assert_eq!(now(session.session(cookies)).unwrap().len(), 2);
            }
            session.finish(now(session.save()), &mut headers).unwrap();
        };
        measure(respond).count_total
    };
    let [untouched, read] = [false, true].map(request);
    assert!(untouched <= 1, "{untouched} allocations");
    assert!(read <= 3, "{read} allocations");
}

/// Flask's default: the cookie of a permanent session is rewritten though the handler did not use the session; that of another is not.
#[test]
fn a_browser_session_of_flask_is_opened_untouched_and_left_as_it_is() {
    let cost = over_the_bare_router(ClientSide::flask(keys()), "/untouched");
    assert!(cost <= 8, "{cost} allocations");
}

/// Opening a session reads the clock.
#[test]
fn an_untouched_session_is_not_opened() {
    for settings in [sealed(), flask_on_change()] {
        let asked = Arc::new(AtomicUsize::new(0));
        let clock = {
            let asked = asked.clone();
            Clock::from_fn(move || {
                asked.fetch_add(1, Ordering::Relaxed);
                NOW
            })
        };
        let cookie = cookie_of(&manager(settings.clone()));
        let manager = SessionManager::client_side(ClientSide { clock, ..settings }).unwrap();
        let mut router = routes().layer(SessionLayer::new(manager));
        respond(&mut router, "/untouched", &cookie);
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        respond(&mut router, "/read", &cookie);
        assert_ne!(asked.load(Ordering::Relaxed), 0);
    }
}

/// Cookies that are rightly signed and blow up to as much as they may, and to more.
#[test]
fn no_cookie_takes_two_megabytes() {
    let manager = manager(flask_on_change());
    let deep = |open: &str, close: &str, levels| format!("{}1{}", open.repeat(levels), close.repeat(levels));
    let wide = |item: &str, bytes: usize| item.repeat(bytes / item.len());
    let keys = |count| (0..count).map(|n| format!("\"{n}\":0,")).collect::<String>();
    for limit in [250_000, 600_000] {
        for json in [
            wide("\0", limit),
            format!("{{\"a\":[{}0]}}", wide("0,", limit)),
            format!("{{\"a\":[{}0]}}", wide("[],", limit)),
            format!("{{\"a\":[{}0]}}", wide("{},", limit)),
            format!("{{\"a\":[{}0]}}", wide("[[]],", limit)),
            format!("{{\"a\":[{}0]}}", wide("\"\",", limit)),
            format!("{{\"a\":[{}0]}}", wide("{\"\":0},", limit)),
            format!("{{\"a\":[{}0]}}", wide("{\"a\":0,\"b\":0},", limit)),
            format!("{{\"a\":[{}0]}}", wide("{\" t\":[]},", limit)),
            format!("{{\"a\":\"{}\"}}", wide("a", limit)),
            format!("{{\"a\":\"{}\"}}", wide("\\ud800", limit)),
            format!("{{\"a\":{}}}", wide("9", limit)),
            format!("{{{}\"a\":0}}", wide("\"a\":0,", limit)),
            format!("{{{}\"a\":0}}", keys(limit / 9)),
            deep("{\"a\":", "}", limit / 7),
            format!("{{\"a\":{}}}", deep("[", "]", limit / 2)),
        ] {
            let cookie = format!("session={}", signed(json.as_bytes()));
            let peak = measure(|| drop(now(manager.open([cookie.as_bytes()])))).bytes_max;
            assert!(peak < 2 << 20, "{peak} bytes for {}…", &json[..20]);
        }
    }
}

/// Any bytes as Flask would sign them, had they come out of its serializer.
fn signed(json: &[u8]) -> String {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(json).unwrap();
    let payload = format!(".{}", base64_encode(&zlib.finish().unwrap()));
    let SerializerOptions { signer, timestamps, .. } = SerializerOptions::flask();
    let signer = TimestampSigner::new(&keys(), signer, timestamps).unwrap();
    String::from_utf8(signer.sign(payload.as_bytes(), NOW)).unwrap()
}

fn keys() -> SecretKeys {
    SecretKeys::new(SECRET).unwrap()
}

fn sealed() -> ClientSide {
    ClientSide::new(keys())
}

fn flask_on_change() -> ClientSide {
    ClientSide {
        lifetime: Lifetime { refresh: Refresh::OnChange, ..Lifetime::flask() },
        ..ClientSide::flask(keys())
    }
}

fn manager(settings: ClientSide) -> SessionManager {
    SessionManager::client_side(ClientSide { clock: Clock::fixed(NOW), ..settings }).unwrap()
}

fn stored() -> SessionManager {
    let settings = ServerSide::new("shop", Arc::new(Memory::new()));
    SessionManager::server_side(ServerSide { clock: Clock::fixed(NOW), ..settings }).unwrap()
}

/// What a request costs with a session layer, less what it costs without.
fn over_the_bare_router(settings: ClientSide, path: &str) -> u64 {
    let manager = manager(settings);
    let cookie = cookie_of(&manager);
    spent(routes().layer(SessionLayer::new(manager)), path, &cookie) - spent(routes(), "/untouched", &cookie)
}

fn routes() -> Router {
    Router::new()
        .route("/untouched", get(async || "ok"))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(write))
}

async fn read(session: Session) -> &'static str {
    assert_eq!(session.get::<u64>("user_id").unwrap(), Some(42));
    "ok"
}

async fn write(session: Session) -> &'static str {
    session.insert_value("user_id", 43);
    "ok"
}

/// The cookie of a session as a login leaves it.
fn cookie_of(manager: &SessionManager) -> String {
    let session = now(manager.open([])).unwrap();
    session.insert_value("user_id", 42);
    session.insert_value("name", "Zoe");
    let reply = now(manager.save(&session)).unwrap();
    reply.set_cookie().unwrap().split(';').next().unwrap().to_owned()
}

/// Allocations of the second request of two: the first one fills what is filled once.
fn spent(router: Router, path: &str, cookie: &str) -> u64 {
    // As `axum::serve` does: each handler is made a service once, not at each request.
    let mut router = router.with_state(());
    respond(&mut router, path, cookie);
    respond(&mut router, path, cookie).count_total
}

/// The same for a session whose cookie says nothing but its id, which a client has after the first response.
fn spent_in_memory(router: Router, path: &str, cookie: &str) -> u64 {
    let mut router = router.with_state(());
    let (_, spent) = (asked(&mut router, path, cookie), asked(&mut router, path, cookie));
    assert_eq!(spent.0.headers().contains_key(SET_COOKIE), path == "/new", "{path}");
    spent.1.count_total
}

fn respond(router: &mut Router, path: &str, cookie: &str) -> AllocationInfo {
    let (response, spent) = asked(router, path, cookie);
    let sets_cookie = ["/write", "/new"].contains(&path);
    assert_eq!(response.headers().contains_key(SET_COOKIE), sets_cookie, "{path}");
    spent
}

/// A new session is made for a client that has no cookie of ours.
fn asked(router: &mut Router, path: &str, cookie: &str) -> (Response<Body>, AllocationInfo) {
    let cookie = if path == "/new" { "tz=2" } else { cookie };
    let request = Request::builder()
        .uri(path)
        .header(COOKIE, format!("theme=dark; _ga=GA1.2.1234567890.1700000000; {cookie}; lang=de"))
        .body(Body::empty())
        .unwrap();
    let mut response = None;
    let spent = measure(|| response = Some(now(router.call(request)).unwrap()));
    let response = response.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    (response, spent)
}

/// As [`spent`], for an application in actix-web. It uses the memory of a request again for the next one.
fn spent_in_actix<S, B>(app: &S, path: &str, cookie: &str) -> u64
where
    S: actix_web::dev::Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    let cookies = format!("theme=dark; _ga=GA1.2.1234567890.1700000000; {cookie}; lang=de");
    let ask = || {
        let request = TestRequest::with_uri(path).insert_header(("cookie", cookies.as_str())).to_request();
        let mut response = None;
        let spent = measure(|| response = Some(now(app.call(request)).unwrap()));
        assert_eq!(response.unwrap().status(), 200, "{path}");
        spent.count_total
    };
    ask();
    ask()
}

fn actix_routes(config: &mut ServiceConfig) {
    config
        .route("/untouched", web::get().to(async || "ok"))
        .route("/read", web::get().to(read))
        .route("/write", web::get().to(write));
}

/// That of a request without a session, within a middleware that adds no header.
fn spent_in_bare_actix(cookie: &str) -> u64 {
    let app = actix_web::App::new().wrap(DefaultHeaders::new()).configure(actix_routes);
    spent_in_actix(&now(init_service(app)), "/untouched", cookie)
}

fn spent_in_actix_with_sessions(manager: SessionManager, path: &str, cookie: &str) -> u64 {
    let app = actix_web::App::new().wrap(SessionMiddleware::new(manager)).configure(actix_routes);
    spent_in_actix(&now(init_service(app)), path, cookie)
}

/// The output of a future that waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => black_box(output),
        Poll::Pending => panic!("neither cookies nor memory wait for anything"),
    }
}
