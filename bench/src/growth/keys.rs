//! Sessions of ever more keys, of 64 bytes each with its value: one key is read, one is changed. Both programs keep them in memory.

use std::sync::Arc;

use axum::{Router, routing::get};
use cookie::Key;
use dewar::store::Memory;
use dewar::web::axum::SessionLayer;
use dewar::{ServerSide, Session, SessionManager};
use dewar_bench_meter::{Program, SECRET, cost, now, pairs, routes, visit, with};
use tower_sessions::{MemoryStore, Session as TowerSession, SessionManagerLayer};

use super::line::{Line, heading};

/// The last one is a session of 64 KiB.
const KEYS: [usize; 4] = [1, 10, 100, 1000];

/// With a key and what a format adds, 64 bytes.
const VALUE: usize = 54;

/// A program whose sessions have this number of keys.
type Make = fn(usize) -> Router;

pub(super) fn print() {
    let programs: [(&str, Make); 2] =
        [("dewar, memory", dewar), ("tower-sessions, signed, memory", tower_sessions)];
    for (path, work) in
        [("/read", "one key read, of a session of … keys (ns)"), ("/write", "one key changed")]
    {
        heading(work, &KEYS);
        for (who, make) in programs {
            let nanoseconds = KEYS.map(|keys| request(routes(make(keys)), path)).to_vec();
            Line { who: who.to_owned(), nanoseconds }.print();
        }
    }
}

fn request(mut routes: Router, path: &str) -> u64 {
    let made = now(routes.answer(Router::request("/new", &with(None))));
    let cookies = with(Some(&pairs(&Router::cookies(&made))));
    let cost = cost(|| Router::request(path, &cookies), |request| now(routes.answer(request)));
    Router::cookies(&now(routes.answer(Router::request(path, &cookies))));
    cost.nanoseconds
}

fn key(number: usize) -> String {
    format!("key {number:04}")
}

fn value(number: i64) -> String {
    format!("{number:0VALUE$}")
}

fn dewar(keys: usize) -> Router {
    let manager = SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))).unwrap();
    let read = async |session: Session| {
        assert_eq!(session.get::<String>(&key(0)).unwrap().map(|value| value.len()), Some(VALUE));
        "ok"
    };
    let write = async |session: Session| {
        session.insert(key(0), value(visit())).unwrap();
        "ok"
    };
    let new = move |session: Session| async move {
        (0..keys).for_each(|number| session.insert(key(number), value(1)).unwrap());
        "ok"
    };
    let routes = Router::new().route("/read", get(read)).route("/write", get(write)).route("/new", get(new));
    routes.layer(SessionLayer::new(manager))
}

fn tower_sessions(keys: usize) -> Router {
    let layer = SessionManagerLayer::new(MemoryStore::default()).with_signed(Key::from(SECRET.as_bytes()));
    let read = async |session: TowerSession| {
        let value = session.get::<String>(&key(0)).await.unwrap();
        assert_eq!(value.map(|value| value.len()), Some(VALUE));
        "ok"
    };
    let write = async |session: TowerSession| {
        session.insert(&key(0), value(visit())).await.unwrap();
        "ok"
    };
    let new = move |session: TowerSession| async move {
        for number in 0..keys {
            session.insert(&key(number), value(1)).await.unwrap();
        }
        "ok"
    };
    Router::new().route("/read", get(read)).route("/write", get(write)).route("/new", get(new)).layer(layer)
}
