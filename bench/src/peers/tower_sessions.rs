//! tower-sessions: a signed cookie that names a session in memory.

use axum::{Router, routing::get};
use cookie::Key;
use dewar_bench_meter::{Account, Role, SECRET, account, visit};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

use crate::requests::{App, ok};

pub(crate) fn app() -> App {
    let layer = SessionManagerLayer::new(MemoryStore::default()).with_signed(Key::from(SECRET.as_bytes()));
    let routes = Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(new))
        .layer(layer);
    App { who: "tower-sessions, signed, memory", role: Role::Yardstick, routes }
}

async fn read(session: Session) -> &'static str {
    assert_eq!(session.get::<u64>("user_id").await.unwrap(), Some(42));
    "ok"
}

async fn write(session: Session) -> &'static str {
    session.insert("visits", visit()).await.unwrap();
    "ok"
}

async fn new(session: Session) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    session.insert("user_id", user_id).await.unwrap();
    for (key, value) in [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)] {
        session.insert(key, value).await.unwrap();
    }
    "ok"
}
