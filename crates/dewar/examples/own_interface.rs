//! A session interface of the program itself: a middleware opens and saves sessions, a map in this process stores them as JSON, and
//! the cookie contains their id, a signed UUID.
//!
//! It shows which parts there are for that, and what the manager does for other programs: here nothing ever ends, of two
//! requests at once one loses its changes, and every visitor leaves a session behind.
//!
//! `cargo run --example own_interface --features axum`, then open <http://127.0.0.1:5000/login.html>.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Extension, Request, State};
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{Html, Response};
use axum::{Router, routing::get};
use dewar::codec::{Codec, PythonJson};
use dewar::cookie::{self, CookiePolicy, SessionCookie};
use dewar::random::{Random, RandomError};
use dewar::signing::{KeyDerivation, SecretKeys, Signer, SignerOptions};
use dewar::value::Map;
use tokio::net::TcpListener;

/// The session that a handler gets.
#[derive(Clone)]
struct OwnSession(Arc<Mutex<Map>>);

impl OwnSession {
    fn edit<R>(&self, edit: impl FnOnce(&mut Map) -> R) -> R {
        edit(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// How sessions are opened and saved.
struct Interface {
    cookie: SessionCookie,
    signer: Signer,
    container: Mutex<HashMap<String, Vec<u8>>>,
}

impl Interface {
    fn new(keys: &SecretKeys) -> Result<Self, Box<dyn Error>> {
        let options = SignerOptions {
            salt: b"flask-session".to_vec(),
            key_derivation: KeyDerivation::Hmac,
            ..SignerOptions::default()
        };
        let (cookie, signer) = (CookiePolicy::flask().build()?, Signer::new(keys, options)?);
        Ok(Self { cookie, signer, container: Mutex::default() })
    }

    /// The id and the data that are stored under it; empty if the cookie is missing, or not signed by us.
    fn open(&self, headers: &HeaderMap) -> Option<(String, Map)> {
        let sent = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes);
        let token = cookie::find(sent, self.cookie.name()).next()?;
        let id = String::from_utf8(self.signer.unsign(&token).ok()?.value.to_vec()).ok()?;
        let container = self.container.lock().unwrap_or_else(PoisonError::into_inner);
        let data = container.get(&id).and_then(|json| PythonJson::default().decode(json).ok());
        Some((id, data.unwrap_or_default()))
    }

    /// Stores the data. Returns the `Set-Cookie` line.
    fn save(&self, id: String, data: &Map) -> Result<HeaderValue, Box<dyn Error>> {
        let token = String::from_utf8(self.signer.sign(id.as_bytes()))?;
        let json = PythonJson::default().encode(data)?;
        self.container.lock().unwrap_or_else(PoisonError::into_inner).insert(id, json);
        Ok(self.cookie.set(&token, None)?.try_into()?)
    }
}

/// The middleware: opens before the handler runs, saves after it.
async fn sessions(
    State(interface): State<Arc<Interface>>,
    mut request: Request,
    next: Next,
) -> Result<Response, StatusCode> {
    let (id, data) = match interface.open(request.headers()) {
        Some(opened) => opened,
        None => (uuid4().map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?, Map::new()),
    };
    let session = OwnSession(Arc::new(Mutex::new(data)));
    request.extensions_mut().insert(session.clone());
    let mut response = next.run(request).await;
    let saved = session.edit(|data| interface.save(id, data));
    response.headers_mut().append(SET_COOKIE, saved.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?);
    Ok(response)
}

/// RFC 9562 §5.4: random, except for the version and the variant.
fn uuid4() -> Result<String, RandomError> {
    let chance = u128::from_be_bytes(Random::system().bytes()?);
    let hex = format!("{:032x}", chance & !(0xF << 76 | 3 << 62) | 4 << 76 | 2 << 62);
    Ok([&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-"))
}

async fn login(Extension(session): Extension<OwnSession>) -> Html<&'static str> {
    session.edit(|data| {
        data.insert("user1", "zoe");
        data.insert("user2", "zoe");
        data.remove("user2");
    });
    Html("logged in")
}

async fn users(Extension(session): Extension<OwnSession>) -> Html<String> {
    let names =
        session.edit(|data| data.keys().map(|name| name.to_str_lossy().into_owned()).collect::<Vec<_>>());
    Html(names.join(" "))
}

/// The program, with any key.
pub fn app(keys: &SecretKeys) -> Result<Router, Box<dyn Error>> {
    let layer = from_fn_with_state(Arc::new(Interface::new(keys)?), sessions);
    Ok(Router::new().route("/login.html", get(login).post(login)).route("/users", get(users)).layer(layer))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let keys = SecretKeys::new(Random::system().bytes::<32>()?)?;
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(&keys)?).await?;
    Ok(())
}
