//! ruts with its moka store: an unsigned cookie that names a session in memory.

use std::sync::Arc;

use axum::{Router, routing::get};
use dewar_bench_meter::{Account, Role, account, visit};
use ruts::store::Ttl;
use ruts::store::moka::MokaStore;
use ruts::{CookieOptions, Session, SessionLayer};
use tower_cookies::CookieManagerLayer;

use crate::requests::{App, ok};

const HOUR: i64 = 3600;

pub(crate) fn app() -> App {
    let cookie =
        CookieOptions::build().name("session").http_only(true).secure(true).max_age(HOUR as u64).path("/");
    let store = Arc::new(MokaStore::builder().max_capacity(1_000_000).build());
    let routes = Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(new))
        .layer(SessionLayer::new(store).with_cookie_options(cookie))
        .layer(CookieManagerLayer::new());
    App { who: "ruts, unsigned, moka", role: Role::Other, routes }
}

async fn read(session: Session<MokaStore>) -> &'static str {
    assert_eq!(session.get::<u64>("user_id").await.unwrap(), Some(42));
    "ok"
}

async fn write(session: Session<MokaStore>) -> &'static str {
    session.set("visits", &visit(), hour(), None).await.unwrap();
    "ok"
}

async fn new(session: Session<MokaStore>) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    session.set("user_id", &user_id, hour(), None).await.unwrap();
    for (key, value) in [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)] {
        session.set(key, &value, hour(), None).await.unwrap();
    }
    "ok"
}

fn hour() -> Ttl {
    Ttl::new(HOUR).unwrap()
}
