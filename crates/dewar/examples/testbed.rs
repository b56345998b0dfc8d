//! A server for tests of sessions: one route for each thing that a program does with them, some slow, so that requests can race.
//!
//! `cargo run --example testbed --features axum -- --port 0 --store redis://127.0.0.1` prints the address it listens on. Answers
//! are plain text: the value, or nothing. `--store` takes `cookie` or the URL of any store; with a store (or, with cookies, a
//! `SECRET_KEY` in the environment) several of these servers share their sessions. `--records flask` speaks Flask-Session.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::{Router, routing::get};
use dewar::random::Random;
use dewar::value::Value;
use dewar::web::axum::SessionLayer;
use dewar::{ClientSide, CookiePolicy, SecretKeys, ServerSide, Session, SessionManager};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// What a request asks for: `?u=` a user, `?o=` an owner, `?k=` a key, `?v=` a value, `?by=` a method, `?ms=` milliseconds to wait.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Ask {
    u: String,
    o: String,
    k: String,
    v: String,
    by: String,
    ms: u64,
}

async fn login(session: Session, Query(ask): Query<Ask>) -> String {
    session.regenerate_id();
    session.insert_value("u", ask.u.as_str());
    if !ask.o.is_empty() {
        session.set_owner(ask.o);
    }
    ask.u
}

async fn logout(session: Session) {
    session.destroy();
}

async fn whoami(session: Session) -> String {
    text(session.get_value("u"))
}

async fn get_key(session: Session, Query(ask): Query<Ask>) -> String {
    text(session.get_value(&ask.k))
}

async fn set_key(session: Session, Query(ask): Query<Ask>) -> String {
    session.insert_value(ask.k, ask.v.as_str());
    ask.v
}

/// Opens at once, writes late.
async fn slow(session: Session, Query(ask): Query<Ask>) -> String {
    sleep(Duration::from_millis(ask.ms)).await;
    session.insert_value(ask.k, ask.v.as_str());
    ask.v
}

/// Opens at once, reads late.
async fn slow_read(session: Session, Query(ask): Query<Ask>) -> String {
    sleep(Duration::from_millis(ask.ms)).await;
    text(session.get_value("u"))
}

async fn contains(session: Session, Query(ask): Query<Ask>) -> String {
    session.contains(&ask.k).to_string()
}

async fn increment(session: Session, Query(ask): Query<Ask>) -> Result<String, StatusCode> {
    let counted = session.update(ask.k.as_str(), |count: Option<i64>| count.unwrap_or(0).saturating_add(1));
    Ok(counted.map_err(|_| StatusCode::CONFLICT)?.to_string())
}

/// Appends to a list, in one of the ways in which programs do it.
async fn append(session: Session, Query(ask): Query<Ask>) -> Result<(), StatusCode> {
    let Ask { k, v, by, .. } = ask;
    let appended = match by.as_str() {
        "modify" => session.modify(k, move |list: &mut Vec<String>| list.push(v.clone())),
        "edit" => session.edit(|data| {
            if let Some(Value::List(list)) = data.get_mut(&k) {
                list.push(v.into());
            } else {
                data.insert(k, Value::List(vec![v.into()]));
            }
            Ok(())
        }),
        _ => session.get::<Vec<String>>(&k).and_then(|list| {
            let list: Vec<String> = list.unwrap_or_default().into_iter().chain([v]).collect();
            session.insert(k, list)
        }),
    };
    appended.map_err(|_| StatusCode::CONFLICT)
}

/// The items of a list.
async fn list(session: Session, Query(ask): Query<Ask>) -> String {
    session.get::<Vec<String>>(&ask.k).ok().flatten().unwrap_or_default().join(" ")
}

async fn touchless() {}

async fn regenerate(session: Session) {
    session.regenerate_id();
}

/// The number of sessions of the owner. Sessions in cookies cannot be counted.
async fn sessions(
    State(manager): State<SessionManager>,
    Query(ask): Query<Ask>,
) -> Result<String, StatusCode> {
    let sessions = manager.sessions_of(&ask.o, None).await;
    let sessions = sessions.map_err(|error| StatusCode::from_u16(error.status()).unwrap_or_default())?;
    Ok(sessions.len().to_string())
}

fn text(value: Option<Value>) -> String {
    match value {
        Some(Value::Str(text)) => text.to_string(),
        Some(Value::Int(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The program, with any store.
pub fn app(manager: SessionManager) -> Router {
    Router::new()
        .route("/login", get(login))
        .route("/logout", get(logout))
        .route("/whoami", get(whoami))
        .route("/get", get(get_key))
        .route("/set", get(set_key))
        .route("/slow", get(slow))
        .route("/slowread", get(slow_read))
        .route("/contains", get(contains))
        .route("/incr", get(increment))
        .route("/append", get(append))
        .route("/list", get(list))
        .route("/touchless", get(touchless))
        .route("/regenerate", get(regenerate))
        .route("/sessions", get(sessions))
        .layer(SessionLayer::new(manager.clone()))
        .with_state(manager)
}

/// The arguments.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// The port to listen on; 0: any free one.
    pub port: u16,
    /// `cookie`, or a URL.
    pub store: String,
    /// Whether records are those of Flask-Session.
    pub is_flask: bool,
}

impl Arguments {
    /// The arguments, or an error.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self { port: 5000, store: "cookie".to_owned(), is_flask: false };
        while let Some(name) = words.next() {
            let value = words.next().ok_or(format!("{name}: a value is missing"))?;
            match (name.as_str(), value.as_str()) {
                ("--port", text) => {
                    arguments.port = text.parse().map_err(|_| format!("--port {text}: not a port"))?;
                }
                ("--store", _) => arguments.store = value,
                ("--records", "native") => arguments.is_flask = false,
                ("--records", "flask") => arguments.is_flask = true,
                ("--records", other) => {
                    return Err(format!("--records {other}: there are native and flask"));
                }
                _ => return Err(format!("{name}: unknown; there are --port, --store and --records")),
            }
        }
        Ok(arguments)
    }

    /// The sessions of such a program.
    pub async fn sessions(&self) -> Result<SessionManager, Box<dyn std::error::Error>> {
        // Without `Secure`: clients in tests speak plain HTTP.
        let cookie = CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() };
        if self.store == "cookie" {
            let keys = match std::env::var("SECRET_KEY") {
                Ok(secret) => SecretKeys::new(secret)?,
                Err(_) => SecretKeys::new(Random::system().bytes::<32>()?)?,
            };
            return Ok(SessionManager::client_side(ClientSide { cookie, ..ClientSide::new(keys) })?);
        }
        let store = dewar_stores::open(&self.store).await?;
        let settings = if self.is_flask { ServerSide::flask(store) } else { ServerSide::new("shop", store) };
        Ok(SessionManager::server_side(ServerSide { cookie, ..settings })?)
    }
}

async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let app = app(arguments.sessions().await?);
    let listener = TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    writeln!(std::io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    Ok(axum::serve(listener, app).await?)
}

/// Serves until it is ended. The races start it in processes of its own.
#[tokio::main]
pub async fn main() -> ExitCode {
    let Err(error) = serve().await else { return ExitCode::SUCCESS };
    // If this cannot be written either, the exit code has to suffice.
    let _ = writeln!(std::io::stderr(), "testbed: {error}");
    ExitCode::FAILURE
}
