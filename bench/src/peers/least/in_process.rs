//! Sessions in the cookie or in memory: a layer that opens the session when a handler asks for it, and saves it if it was changed.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use aes_gcm_siv::aead::AeadInOut;
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use axum::extract::{FromRequestParts, Request};
use axum::http::header::{HeaderMap, HeaderValue, SET_COOKIE, VARY};
use axum::http::request::Parts;
use axum::response::Response;
use axum::{Router, routing::get};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dewar::clock::UnixTime;
use dewar::codec::{Codec, MsgPack};
use dewar::random::Random;
use dewar::signing::{FlaskSerializer, SecretKeys};
use dewar::store::{Entry, Memory, Revision, Store, StoreKey, Write, WriteOutcome};
use dewar::value::{Map, Value};
use dewar_bench_meter::{Account, Role, SECRET, account, now, visit};
use pin_project_lite::pin_project;
use tower_layer::layer_fn;
use tower_service::Service;

use super::cookie::{key, new_id, sent, set_cookie};
use crate::requests::{App, ok};

pub(crate) const SEALED: &str = "the least program, sealed";
pub(crate) const FLASK: &str = "the least program, Flask";
pub(crate) const MEMORY: &str = "the least program, memory";

/// In bytes.
const TAG: usize = 16;
const NONCE: usize = 12;
const NOW: UnixTime = UnixTime::from_seconds(1_795_000_000);

pub(crate) fn sealed() -> App {
    app(SEALED, Place::Sealed(Aes256GcmSiv::new(&[7; 32].into())))
}

pub(crate) fn flask() -> App {
    app(FLASK, Place::Flask(FlaskSerializer::flask(&SecretKeys::new(SECRET).unwrap())))
}

pub(crate) fn in_memory() -> App {
    app(MEMORY, Place::Memory(Memory::new()))
}

fn app(who: &'static str, place: Place) -> App {
    let place = Arc::new(place);
    let routes = Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(new))
        .layer(layer_fn(move |inner| Sessions { inner, place: Arc::clone(&place) }));
    App { who, role: Role::Part, routes }
}

async fn read(session: Session) -> &'static str {
    assert_eq!(session.0.opened.lock().unwrap().data.get("user_id"), Some(&Value::from(42)));
    "ok"
}

async fn write(session: Session) -> &'static str {
    session.set([("visits", Value::from(visit()))]);
    "ok"
}

async fn new(session: Session) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    let texts = [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)];
    session.set([("user_id", Value::from(user_id))]);
    session.set(texts.map(|(key, text)| (key, Value::from(text))));
    "ok"
}

/// Where sessions are stored.
enum Place {
    Sealed(Aes256GcmSiv),
    Flask(FlaskSerializer),
    Memory(Memory),
}

#[derive(Default)]
struct Opened {
    data: Map,
    stored_at: Option<(StoreKey, Revision)>,
    is_used: bool,
    is_changed: bool,
}

impl Place {
    fn open(&self, cookie: &str) -> Opened {
        let (data, stored_at) = match self {
            Self::Sealed(cipher) => (unsealed(cipher, cookie), None),
            Self::Flask(serializer) => {
                (serializer.load_map(cookie.as_bytes(), NOW, None).unwrap().data, None)
            }
            Self::Memory(memory) => {
                let key = key(cookie);
                let found = now(memory.load(&key, None, NOW)).unwrap().unwrap();
                (MsgPack::native().decode(&found.payload).unwrap(), Some((key, found.revision)))
            }
        };
        Opened { data, stored_at, ..Opened::default() }
    }

    /// The new value of the cookie, if it gets one.
    fn save(&self, session: &Opened) -> Option<String> {
        let Opened { data, stored_at, .. } = session;
        match self {
            Self::Sealed(cipher) => Some(sealed_text(cipher, data)),
            Self::Flask(serializer) => Some(serializer.dump_map(data, NOW).unwrap()),
            Self::Memory(memory) => {
                let entry = Entry::new(MsgPack::native().encode(data).unwrap(), None);
                let write = |write| {
                    assert!(matches!(now(memory.write(write, NOW)).unwrap(), WriteOutcome::Saved(_)));
                };
                if let Some((key, revision)) = stored_at {
                    write(Write::swap(key, revision, &entry));
                    return None;
                }
                let id = new_id();
                write(Write::create(&key(&id), &entry));
                Some(id)
            }
        }
    }
}

fn sealed_text(cipher: &Aes256GcmSiv, data: &Map) -> String {
    let mut text = MsgPack::native().encode(data).unwrap();
    text.reserve(TAG + NONCE);
    let nonce = Nonce::from(Random::system().unique::<NONCE>().unwrap());
    let tag = cipher.encrypt_inout_detached(&nonce, b"", text.as_mut_slice().into()).unwrap();
    text.extend_from_slice(&tag);
    text.extend_from_slice(&nonce);
    URL_SAFE_NO_PAD.encode(text)
}

fn unsealed(cipher: &Aes256GcmSiv, cookie: &str) -> Map {
    let mut bytes = [0; 512];
    let length = URL_SAFE_NO_PAD.decode_slice(cookie, &mut bytes).unwrap();
    let (rest, nonce) =
        bytes.get_mut(..length).and_then(|bytes| bytes.split_last_chunk_mut::<NONCE>()).unwrap();
    let (text, tag) = rest.split_last_chunk_mut::<TAG>().unwrap();
    cipher.decrypt_inout_detached(&Nonce::from(*nonce), b"", (&mut *text).into(), (&*tag).into()).unwrap();
    MsgPack::native().decode(text).unwrap()
}

/// The session of a request.
#[derive(Clone)]
struct Session(Arc<Inner>);

struct Inner {
    place: Arc<Place>,
    opened: Mutex<Opened>,
}

impl Session {
    fn set<const N: usize>(&self, values: [(&'static str, Value); N]) {
        let mut opened = self.0.opened.lock().unwrap();
        opened.is_changed = true;
        for (key, value) in values {
            opened.data.insert(key, value);
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Session {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let session: &Self = parts.extensions.get().unwrap();
        let mut opened = session.0.opened.lock().unwrap();
        if !opened.is_used {
            if let Some(cookie) = sent(&parts.headers) {
                *opened = session.0.place.open(cookie);
            }
            opened.is_used = true;
        }
        drop(opened);
        Ok(session.clone())
    }
}

/// The layer's service.
#[derive(Clone)]
struct Sessions<S> {
    inner: S,
    place: Arc<Place>,
}

impl<S: Service<Request, Response = Response>> Service<Request> for Sessions<S> {
    type Response = Response;
    type Error = S::Error;
    type Future = Answer<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let session = Session(Arc::new(Inner { place: Arc::clone(&self.place), opened: Mutex::default() }));
        request.extensions_mut().insert(session.clone());
        Answer { inner: self.inner.call(request), session }
    }
}

pin_project! {
    struct Answer<F> {
        #[pin]
        inner: F,
        session: Session,
    }
}

impl<F: Future<Output = Result<Response, E>>, E> Future for Answer<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = self.project();
        let mut response = ready!(answer.inner.poll(context))?;
        let Inner { place, opened } = &*answer.session.0;
        finish(place, &opened.lock().unwrap(), response.headers_mut());
        Poll::Ready(Ok(response))
    }
}

fn finish(place: &Place, session: &Opened, headers: &mut HeaderMap) {
    if session.is_used {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
    if session.is_changed
        && let Some(value) = place.save(session)
    {
        headers.append(SET_COOKIE, set_cookie(&value));
    }
}
