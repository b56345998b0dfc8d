//! tower-sessions with its stores for Redis and SQL: a signed cookie that names the session.

use std::path::Path;

use axum::{Router, routing::get};
use dewar_bench_meter::{Account, SECRET, account, routes, visit};
use tower_sessions::cookie::Key;
use tower_sessions::{Session, SessionManagerLayer, SessionStore};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{Builder, ClientLike, Config};
use tower_sessions_sqlx_store::sqlx::SqlitePool;
use tower_sessions_sqlx_store::sqlx::mysql::MySqlPool;
use tower_sessions_sqlx_store::sqlx::postgres::PgPool;
use tower_sessions_sqlx_store::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use tower_sessions_sqlx_store::{MySqlStore, PostgresStore, SqliteStore};

pub(crate) const REDIS: &str = "tower-sessions-redis-store, signed";
pub(crate) const SQL: &str = "tower-sessions-sqlx-store, signed";
pub(crate) const SQLITE_NOT_SYNCED: &str = "tower-sessions-sqlx-store, not synced";

/// One connection, as Dewar has one.
pub(crate) async fn on_redis(port: u16) -> Router {
    let config = Config::from_url(&format!("redis://127.0.0.1:{port}")).unwrap();
    let client = Builder::from_config(config).build().unwrap();
    client.init().await.unwrap();
    app(RedisStore::new(client))
}

/// With a write-ahead log, as Dewar has one, and a pool of its own size.
pub(crate) async fn on_sqlite(file: &Path, is_synced: bool) -> Router {
    let synchronous = if is_synced { SqliteSynchronous::Full } else { SqliteSynchronous::Normal };
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(synchronous);
    let store = SqliteStore::new(SqlitePool::connect_with(options).await.unwrap());
    store.migrate().await.unwrap();
    app(store)
}

/// A pool of its own size.
pub(crate) async fn on_postgres(url: &str) -> Router {
    let store = PostgresStore::new(PgPool::connect(url).await.unwrap());
    store.migrate().await.unwrap();
    app(store)
}

/// A pool of its own size. It makes a database for its table.
pub(crate) async fn on_mysql(url: &str) -> Router {
    let store = MySqlStore::new(MySqlPool::connect(url).await.unwrap());
    store.migrate().await.unwrap();
    app(store)
}

fn app(store: impl SessionStore + Clone) -> Router {
    let layer = SessionManagerLayer::new(store).with_signed(Key::from(SECRET.as_bytes()));
    let router = Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(new))
        .route("/regenerate", get(regenerate))
        .route("/logout", get(logout));
    routes(router.layer(layer))
}

pub(crate) async fn ok() -> &'static str {
    "ok"
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

async fn regenerate(session: Session) -> &'static str {
    session.cycle_id().await.unwrap();
    "ok"
}

async fn logout(session: Session) -> &'static str {
    session.flush().await.unwrap();
    "ok"
}
