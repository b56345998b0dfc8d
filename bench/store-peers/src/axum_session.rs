//! axum_session with its stores for PostgreSQL and MySQL: a signed cookie that names the session.
//!
//! By default it serves a session from its own memory for an hour, so that a logout at another process is not seen. Here it asks the database, as
//! everybody else does.

use std::fmt::Debug;

use axum::{Router, routing::get};
use axum_session::{DatabasePool, Key, Session, SessionConfig, SessionLayer, SessionStore};
use axum_session_sqlx::{SessionMySqlPool, SessionPgPool};
use dewar_bench_meter::{Account, SECRET, account, routes, visit};
use sqlx::{MySqlPool, PgPool};
use time::Duration;

pub(crate) const WHO: &str = "axum_session, signed";

pub(crate) async fn on_postgres(url: &str) -> Router {
    app(SessionPgPool::from(PgPool::connect(url).await.unwrap())).await
}

pub(crate) async fn on_mysql(url: &str) -> Router {
    app(SessionMySqlPool::from(MySqlPool::connect(url).await.unwrap())).await
}

/// A pool of sqlx, as axum_session takes it.
trait Pool: DatabasePool + Clone + Debug + Send + Sync + 'static {}

impl<P: DatabasePool + Clone + Debug + Send + Sync + 'static> Pool for P {}

async fn app<P: Pool>(pool: P) -> Router {
    let config = SessionConfig::default().with_key(Key::from(SECRET.as_bytes()));
    let config = config.with_table_name("axum_sessions").with_memory_lifetime(Duration::ZERO);
    let store = SessionStore::<P>::new(Some(pool), config).await.unwrap();
    let router = Router::new()
        .route("/untouched", get(crate::tower::ok))
        .route("/read", get(read::<P>))
        .route("/write", get(write::<P>))
        .route("/new", get(new::<P>))
        .route("/regenerate", get(regenerate::<P>))
        .route("/logout", get(logout::<P>));
    routes(router.layer(SessionLayer::new(store)))
}

async fn read<P: Pool>(session: Session<P>) -> &'static str {
    assert_eq!(session.get::<u64>("user_id"), Some(42));
    "ok"
}

async fn write<P: Pool>(session: Session<P>) -> &'static str {
    session.set("visits", visit());
    "ok"
}

async fn new<P: Pool>(session: Session<P>) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    session.set("user_id", user_id);
    for (key, value) in [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)] {
        session.set(key, value);
    }
    "ok"
}

async fn regenerate<P: Pool>(session: Session<P>) -> &'static str {
    session.renew();
    "ok"
}

async fn logout<P: Pool>(session: Session<P>) -> &'static str {
    session.destroy();
    "ok"
}
