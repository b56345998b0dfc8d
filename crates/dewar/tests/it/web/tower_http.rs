//! Each of tower-http's layers for servers, inside and outside of ours, in a stack of tower and in a router of axum.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request as AxumRequest;
use axum::http::header::{COOKIE, SET_COOKIE, VARY};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use axum::middleware::{Next, from_fn};
use dewar::web::{Failure, axum as in_axum, tower as in_tower};
use dewar::{Session, SessionManager};
use http_body_util::Full;
use tower::util::{MapRequestLayer, MapResponseLayer, option_layer};
use tower::{ServiceBuilder, ServiceExt};
use tower_http::add_extension::AddExtensionLayer;
use tower_http::auth::{AsyncAuthorizeRequest, AsyncRequireAuthorizationLayer};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::decompression::{DecompressionLayer, RequestDecompressionLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::map_response_body::MapResponseBodyLayer;
use tower_http::metrics::InFlightRequestsLayer;
use tower_http::normalize_path::NormalizePathLayer;
use tower_http::propagate_header::PropagateHeaderLayer;
use tower_http::request_id::{MakeRequestId, PropagateRequestIdLayer, RequestId, SetRequestIdLayer};
use tower_http::sensitive_headers::SetSensitiveHeadersLayer;
use tower_http::services::{Redirect, ServeDir};
use tower_http::set_header::{SetRequestHeaderLayer, SetResponseHeaderLayer};
use tower_http::set_status::SetStatusLayer;
use tower_http::timeout::{RequestBodyTimeoutLayer, ResponseBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::TraceLayer;
use tower_http::validate_request::ValidateRequestHeaderLayer;
use tower_service::Service;

use super::site::{Client, Stack, Store, all, assert_is_unavailable, boxed, session_lines, stored};

const LONG: Duration = Duration::from_secs(3600);

/// For each layer four stacks: inside of ours and outside of it, in tower and in axum.
macro_rules! stacks {
    ($site:expr; $($name:literal: $layer:expr),+ $(,)?) => {{
        let site: &Site = $site;
        let (tower, axum) = (|| in_tower::SessionLayer::new(site.manager.clone()), || in_axum::SessionLayer::new(site.manager.clone()));
        vec![$(
            ($name, "inside, tower", boxed(ServiceBuilder::new().layer(tower()).layer($layer).service(site.pages()))),
            ($name, "outside, tower", boxed(ServiceBuilder::new().layer($layer).layer(tower()).service(site.pages()))),
            ($name, "inside, axum", boxed(site.router().layer(ServiceBuilder::new().layer(axum()).layer($layer)))),
            ($name, "outside, axum", boxed(site.router().layer(ServiceBuilder::new().layer($layer).layer(axum())))),
            ($name, "inside, tower's in axum", boxed(site.router().layer(ServiceBuilder::new().layer(tower()).layer($layer)))),
        )+]
    }};
}

#[tokio::test]
async fn sessions_work_inside_and_outside_of_each_layer() {
    let site = &Site::new();
    for (layer, place, stack) in stacks! { site;
        "no layer": tower_layer::Identity::new(),
        "add-extension": AddExtensionLayer::new(7_u32),
        "async-require-authorization": AsyncRequireAuthorizationLayer::new(Allow::default()),
        "catch-panic": CatchPanicLayer::new(),
        "compression": CompressionLayer::new(),
        "cors": CorsLayer::permissive(),
        "decompression": DecompressionLayer::new(),
        "in-flight-requests": InFlightRequestsLayer::pair().0,
        "map-request-body": MapRequestBodyLayer::new(Body::new),
        "map-response-body": MapResponseBodyLayer::new(Body::new),
        "normalize-path": NormalizePathLayer::trim_trailing_slash(),
        "propagate-header": PropagateHeaderLayer::new(HeaderName::from_static("origin")),
        "propagate-request-id": PropagateRequestIdLayer::x_request_id(),
        "request-body-limit": RequestBodyLimitLayer::new(1 << 20),
        "request-body-timeout": RequestBodyTimeoutLayer::new(LONG),
        "request-decompression": RequestDecompressionLayer::new(),
        "response-body-timeout": ResponseBodyTimeoutLayer::new(LONG),
        "sensitive-headers": SetSensitiveHeadersLayer::new([COOKIE, SET_COOKIE]),
        "set-request-header": SetRequestHeaderLayer::overriding(HeaderName::from_static("x-a"), HeaderValue::from_static("b")),
        "set-request-id": SetRequestIdLayer::x_request_id(Ids),
        "set-response-header": SetResponseHeaderLayer::if_not_present(VARY, HeaderValue::from_static("origin")),
        "set-status": SetStatusLayer::new(StatusCode::ACCEPTED),
        "timeout": TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, LONG),
        "trace": TraceLayer::new_for_http(),
        "validate-request": ValidateRequestHeaderLayer::accept("text/plain"),
        "tower's map-request": MapRequestLayer::new(std::convert::identity),
        "tower's map-response": MapResponseLayer::new(std::convert::identity),
        "tower's option": option_layer(Some(tower_layer::Identity::new())),
    } {
        // A status that is set from outside is the only one.
        let is_set = layer == "set-status" && place.starts_with("outside");
        live(site, &stack, &format!("{layer} {place}"), is_set).await;
    }
}

/// The middleware of axum is for its own body.
#[tokio::test]
async fn sessions_work_inside_and_outside_of_from_fn() {
    let site = Site::new();
    let layer = || in_axum::SessionLayer::new(site.manager.clone());
    let passing = async |request: AxumRequest, next: Next| next.run(request).await;
    let using = async |session: Session, request: AxumRequest, next: Next| {
        session.insert_value("seen", true);
        next.run(request).await
    };
    for (name, stack) in [
        ("from_fn inside", boxed(site.router().layer(from_fn(passing)).layer(layer()))),
        ("from_fn inside, that uses it", boxed(site.router().layer(from_fn(using)).layer(layer()))),
        ("from_fn outside", boxed(site.router().layer(layer()).layer(from_fn(passing)))),
        ("route_layer", boxed(site.route("/{*path}").route_layer(layer()))),
        ("in a nested router", boxed(Router::new().merge(site.route("/{*path}").layer(layer())))),
    ] {
        live(&site, &stack, name, false).await;
    }
}

/// Code that names the types of a layer that it is given, and bodies with errors of their own.
#[tokio::test]
async fn generic_code_can_name_what_the_layer_makes() {
    type Of<L, S> = <L as tower_layer::Layer<S>>::Service;
    type ResponseOf<L> = <Of<L, Pages> as Service<Request<Body>>>::Response;

    fn respond<L>(layer: &L, pages: Pages) -> impl Future<Output = Result<ResponseOf<L>, Infallible>> + Send
    where
        L: tower_layer::Layer<Pages>,
        L::Service: Service<Request<Body>, Error = Infallible>,
        <L::Service as Service<Request<Body>>>::Future: Send,
    {
        layer.layer(pages).call(Request::get("/begin").body(Body::empty()).unwrap())
    }

    let site = Site::new();
    let tower = in_tower::SessionLayer::new(site.manager.clone());
    let response: Response<in_tower::SessionBody<Full<Bytes>>> = respond(&tower, site.pages()).await.unwrap();
    assert!(response.headers().contains_key(SET_COOKIE));
    let axum = in_axum::SessionLayer::new(site.manager.clone());
    let response: Response<Body> = respond(&axum, site.pages()).await.unwrap();
    assert!(response.headers().contains_key(SET_COOKIE));
    let service: in_tower::SessionService<Pages> = tower_layer::Layer::layer(&tower, site.pages());
    let service = ServiceExt::<Request<Body>>::map_response(service, |response| response.map(Body::new));
    let boxed_by_tower = service.boxed_clone().boxed();
    let response = boxed_by_tower.oneshot(Request::get("/begin").body(Body::empty()).unwrap()).await.unwrap();
    assert!(response.headers().contains_key(SET_COOKIE));
}

/// A service that asks for no session, with a body of its own.
#[tokio::test]
async fn files_are_served_through_the_layer() {
    let site = Site::new();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "a file").unwrap();
    let layer = in_tower::SessionLayer::new(site.manager.clone());
    let serve = || ServeDir::new(folder.path());
    for stack in [
        boxed(ServiceBuilder::new().layer(layer.clone()).service(serve())),
        boxed(
            Router::new().fallback_service(serve()).layer(in_axum::SessionLayer::new(site.manager.clone())),
        ),
        boxed(
            ServiceBuilder::new()
                .layer(TraceLayer::new_for_http())
                .layer(layer.clone())
                .layer(CompressionLayer::new())
                .service(serve()),
        ),
        boxed(
            ServiceBuilder::new()
                .layer(layer.clone())
                .service(ServeDir::new("/nowhere").fallback(site.pages())),
        ),
    ] {
        let served = Client::default().get(&stack, "/a.txt").await;
        assert!(["a file", "no such page"].contains(&served.body().as_str()), "{served:?}");
        assert!(
            !served.headers().contains_key(VARY) || served.headers().contains_key("accept-encoding"),
            "{served:?}"
        );
    }
    let redirect = boxed(
        ServiceBuilder::new().layer(layer).service(Redirect::<Full<Bytes>>::temporary("/b".parse().unwrap())),
    );
    assert_eq!(Client::default().get(&redirect, "/").await.status(), 307);
}

/// A session is begun, read, changed and ended; when the store fails meanwhile, the response is ours.
async fn live(site: &Site, stack: &Stack, name: &str, is_status_set: bool) {
    let mut zoe = Client::default();
    let unless_set = |status| if is_status_set { 202 } else { status };
    let ok = |response: &Response<String>, line: &str| {
        assert!(response.status().is_success(), "{name}: {response:?}");
        assert!(response.body().starts_with(line), "{name}: {:?}", response.body());
        let varies = all(response, &VARY).join(", ").to_ascii_lowercase();
        assert!(varies.contains("cookie"), "{name}: {varies}");
    };
    let begun = zoe.get(stack, "/begin").await;
    ok(&begun, "begun");
    assert_eq!(session_lines(&begun).len(), 1, "{name}");
    ok(&zoe.get(stack, "/read").await, "zoe, 0 visits");
    ok(&zoe.get(stack, "/visit").await, "visited");
    ok(&zoe.get(stack, "/read").await, "zoe, 1 visits");
    for (path, lines) in [("/visit-in-vain", 0), ("/log-out-in-vain", 1)] {
        let mut copy = Client { cookie: zoe.cookie.clone() };
        let failed = copy.get(stack, path).await;
        site.store.hook.fail_writes(false);
        assert_eq!(failed.status(), unless_set(503), "{name} {path}");
        if !is_status_set {
            assert_is_unavailable(&failed, name);
        }
        assert_eq!(session_lines(&failed).len(), lines, "{name} {path}");
        assert_eq!(failed.body().contains("the cable is out"), cfg!(debug_assertions), "{name}: {failed:?}");
        assert!(!failed.body().contains("promise"), "{name}");
    }
    ok(&zoe.get(stack, "/read").await, "zoe, 1 visits");
    site.store.hook.fail_loads(true);
    let unread = zoe.get(stack, "/read").await;
    site.store.hook.fail_loads(false);
    // The handler's own response.
    assert_eq!(unread.status(), if name.starts_with("set-status") { 202 } else { 503 }, "{name}");
    ok(&zoe.get(stack, "/log-out").await, "ended");
    assert_eq!(zoe.cookie, None, "{name}");
}

struct Site {
    manager: SessionManager,
    store: Arc<Store>,
}

impl Site {
    fn new() -> Self {
        let (manager, store) = stored();
        Self { manager, store }
    }

    fn pages(&self) -> Pages {
        Pages(Arc::clone(&self.store))
    }

    fn router(&self) -> Router {
        Router::new().fallback_service(self.pages())
    }

    fn route(&self, path: &str) -> Router {
        Router::new().route_service(path, self.pages())
    }
}

/// The pages of the site: for a request with any body, and with a body that is not axum's.
#[derive(Clone)]
struct Pages(Arc<Store>);

impl<B> Service<Request<B>> for Pages {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (store, (head, _)) = (Arc::clone(&self.0), request.into_parts());
        Box::pin(async move {
            if head.uri.path() == "/a.txt" {
                return Ok(Response::new("no such page".into()));
            }
            let text = match in_tower::session(&head).await.expect("a layer") {
                Ok(session) => page(&session, head.uri.path(), &store),
                Err(why) => return Ok(Failure::from(why).into()),
            };
            // Long enough to be compressed.
            Ok(Response::new(format!("{text}{}", " ".repeat(100)).into()))
        })
    }
}

fn page(session: &Session, path: &str, store: &Store) -> String {
    let visit = || session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1).unwrap();
    match path {
        "/begin" => {
            session.insert_value("user", "zoe");
            "begun".to_owned()
        }
        "/read" => format!(
            "{}, {} visits",
            session.get::<String>("user").unwrap().unwrap_or_default(),
            session.get::<u32>("visits").unwrap().unwrap_or_default()
        ),
        "/visit" => {
            visit();
            "visited".to_owned()
        }
        "/visit-in-vain" => {
            visit();
            store.hook.fail_writes(true);
            "a promise".to_owned()
        }
        "/log-out-in-vain" => {
            session.destroy();
            store.hook.fail_writes(true);
            "a promise".to_owned()
        }
        "/log-out" => {
            session.destroy();
            "ended".to_owned()
        }
        _ => "no such page".to_owned(),
    }
}

/// Lets every request pass.
struct Allow<R>(PhantomData<fn() -> R>);

impl<R> Default for Allow<R> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<R> Clone for Allow<R> {
    fn clone(&self) -> Self {
        Self(PhantomData)
    }
}

impl<B, R> AsyncAuthorizeRequest<B> for Allow<R> {
    type RequestBody = B;
    type ResponseBody = R;
    type Future = Ready<Result<Request<B>, Response<R>>>;

    fn authorize(&mut self, request: Request<B>) -> Self::Future {
        ready(Ok(request))
    }
}

#[derive(Clone)]
struct Ids;

impl MakeRequestId for Ids {
    fn make_request_id<B>(&mut self, _: &Request<B>) -> Option<RequestId> {
        Some(RequestId::new(HeaderValue::from_static("1")))
    }
}
