//! `axum_session` without a database: a signed cookie that names a session in its own memory.

use axum::{Router, routing::get};
use axum_session::{
    Key, SessionConfig, SessionLayer, SessionNullPool, SessionNullSession, SessionNullSessionStore,
};
use dewar_bench_meter::{Account, Role, SECRET, account, now, visit};

use crate::requests::{App, ok};

pub(crate) fn app() -> App {
    let config = SessionConfig::default().with_key(Key::from(SECRET.as_bytes()));
    let store = now(SessionNullSessionStore::new(None::<SessionNullPool>, config)).unwrap();
    let routes = Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(new))
        .layer(SessionLayer::new(store));
    App { who: "axum_session, signed, memory", role: Role::Other, routes }
}

async fn read(session: SessionNullSession) -> &'static str {
    assert_eq!(session.get::<u64>("user_id"), Some(42));
    "ok"
}

async fn write(session: SessionNullSession) -> &'static str {
    session.set("visits", visit());
    "ok"
}

async fn new(session: SessionNullSession) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    session.set("user_id", user_id);
    for (key, value) in [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)] {
        session.set(key, value);
    }
    "ok"
}
