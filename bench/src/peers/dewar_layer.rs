//! Dewar with sessions in cookies, in each of its formats, with its defaults.

use axum::{Router, routing::get};
use dewar::lifetime::Refresh;
use dewar::web::axum::SessionLayer;
use dewar::{ClientSide, Lifetime, SecretKeys, Session, SessionManager};
use dewar_bench_meter::{Account, Role, SECRET, account, visit};

use crate::requests::{App, ok};

pub(crate) fn apps() -> [App; 3] {
    let on_change = Lifetime { refresh: Refresh::OnChange, ..Lifetime::flask() };
    [
        sealed(),
        app("dewar, Flask", ClientSide::flask(keys())),
        app(
            "dewar, Flask, Refresh::OnChange",
            ClientSide { lifetime: on_change, ..ClientSide::flask(keys()) },
        ),
    ]
}

/// In the default format.
pub(crate) fn sealed() -> App {
    app("dewar, sealed", ClientSide::new(keys()))
}

fn keys() -> SecretKeys {
    SecretKeys::new(SECRET).unwrap()
}

fn app(who: &'static str, settings: ClientSide) -> App {
    App { who, role: Role::Other, routes: routes(SessionManager::client_side(settings).unwrap()) }
}

/// With sessions in any place.
pub(crate) fn routes(manager: SessionManager) -> Router {
    Router::new()
        .route("/untouched", get(ok))
        .route("/read", get(read))
        .route("/write", get(write))
        .route("/new", get(new))
        .route("/login", get(login))
        .route("/regenerate", get(regenerate))
        .route("/logout", get(logout))
        .layer(SessionLayer::new(manager))
}

async fn read(session: Session) -> &'static str {
    assert_eq!(session.get::<u64>("user_id").unwrap(), Some(42));
    "ok"
}

async fn write(session: Session) -> &'static str {
    session.insert_value("visits", visit());
    "ok"
}

async fn new(session: Session) -> &'static str {
    let Account { user_id, name, csrf, roles, cart } = account();
    session.insert("user_id", user_id).unwrap();
    for (key, value) in [("name", name), ("csrf", csrf), ("roles", roles), ("cart", cart)] {
        session.insert_value(key, value);
    }
    "ok"
}

/// A session with an owner.
async fn login(session: Session) -> &'static str {
    session.log_in("user:42");
    new(session).await
}

async fn regenerate(session: Session) -> &'static str {
    session.regenerate_id();
    "ok"
}

async fn logout(session: Session) -> &'static str {
    session.destroy();
    "ok"
}
