//! A site whose sessions are in a store that can fail, and a client with one cookie.

use std::convert::Infallible;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::BoxError;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_ENCODING, COOKIE, SET_COOKIE};
use axum::http::{HeaderName, Request, Response};
use dewar::store::StoreError;
use dewar::{ServerSide, SessionManager};
use flate2::read::GzDecoder;
use tower::ServiceExt;
use tower::util::BoxCloneSyncService;
use tower_service::Service;

use crate::hooked_store::{Call, Hook, HookedStore};

/// A store that can be told to fail.
pub(crate) type Store = HookedStore<Failing>;

#[derive(Debug, Default)]
pub(crate) struct Failing {
    pub(crate) loads: AtomicBool,
    pub(crate) writes: AtomicBool,
}

impl Hook for Failing {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        let fails = match call {
            Call::Load => &self.loads,
            _ => &self.writes,
        };
        // The answer comes later, as that of an engine.
        tokio::task::yield_now().await;
        if fails.load(Ordering::Relaxed) { Err(StoreError::no_answer("the cable is out")) } else { Ok(()) }
    }
}

impl Failing {
    pub(crate) fn fail_writes(&self, fails: bool) {
        self.writes.store(fails, Ordering::Relaxed);
    }

    pub(crate) fn fail_loads(&self, fails: bool) {
        self.loads.store(fails, Ordering::Relaxed);
    }
}

pub(crate) fn stored() -> (SessionManager, Arc<Store>) {
    let store = Arc::new(Store::default());
    let settings = ServerSide::new("shop", Arc::clone(&store) as Arc<dyn dewar::store::Store>);
    (SessionManager::server_side(settings).unwrap(), store)
}

/// Any stack of layers around a handler.
pub(super) type Stack = BoxCloneSyncService<Request<Body>, Response<Body>, Infallible>;

pub(super) fn boxed<S, B>(service: S) -> Stack
where
    S: Service<Request<Body>, Response = Response<B>, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send + 'static,
    B: axum::body::HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    BoxCloneSyncService::new(service.map_response(|response: Response<B>| response.map(Body::new)))
}

/// A browser, with the cookie that it was given last.
#[derive(Debug, Default)]
pub(super) struct Client {
    pub(super) cookie: Option<String>,
}

impl Client {
    /// What it gets at this path; it keeps the session cookie of the response.
    pub(super) async fn get(&mut self, stack: &Stack, path: &str) -> Response<String> {
        let mut request = Request::get(path)
            .header(ACCEPT, "text/plain")
            .header("accept-encoding", "gzip")
            .header("origin", "https://a.example");
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = stack.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let response = read(response).await;
        if let Some(line) = session_lines(&response).first() {
            let pair = line.split(';').next().unwrap().to_owned();
            self.cookie = Some(pair).filter(|pair| !pair.ends_with('='));
        }
        response
    }
}

async fn read(response: Response<Body>) -> Response<String> {
    let (head, body) = response.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let mut text = String::new();
    if head.headers.get(CONTENT_ENCODING).is_some_and(|coding| coding == "gzip") {
        GzDecoder::new(&*body).read_to_string(&mut text).unwrap();
    } else {
        text = String::from_utf8(body.into()).unwrap();
    }
    Response::from_parts(head, text)
}

/// The lines that set or remove the session cookie.
pub(super) fn session_lines(response: &Response<String>) -> Vec<&str> {
    let lines = all(response, &SET_COOKIE);
    lines.into_iter().filter(|line| line.contains("session=")).collect()
}

pub(super) fn all<'r>(response: &'r Response<String>, name: &HeaderName) -> Vec<&'r str> {
    response.headers().get_all(name).iter().map(|value| value.to_str().unwrap()).collect()
}

/// Of the store: 503, which nobody keeps, and which is to be tried again.
pub(super) fn assert_is_unavailable(response: &Response<String>, name: &str) {
    use axum::http::header::{CACHE_CONTROL, RETRY_AFTER};
    assert_eq!(response.status(), 503, "{name}");
    assert_eq!(all(response, &CACHE_CONTROL), ["no-store"], "{name}");
    assert_eq!(all(response, &RETRY_AFTER), ["1"], "{name}");
}
