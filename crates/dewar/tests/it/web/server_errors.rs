//! A handler that responds with a server error: its session is saved, unless the layer is configured not to.

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use dewar::store::Memory;
use dewar::web::{axum as in_axum, tower as in_tower};
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};

use super::site::{Client, Stack, boxed, session_lines};

const FAILED: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

fn managers() -> [(&'static str, SessionManager); 3] {
    let keys = || SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    [
        ("sealed", SessionManager::client_side(ClientSide::new(keys())).unwrap()),
        ("Flask's", SessionManager::client_side(ClientSide::flask(keys())).unwrap()),
        ("stored", SessionManager::server_side(ServerSide::new("shop", Arc::new(Memory::new()))).unwrap()),
    ]
}

fn routes() -> Router {
    Router::new()
        .route("/begin", get(async |session: Session| session.insert_value("user", "zoe")))
        .route(
            "/read",
            get(async |session: Session| session.get::<String>("user").unwrap().unwrap_or_default()),
        )
        .route("/flashed", get(async |session: Session| session.flashes().len().to_string()))
        .route(
            "/flash",
            get(async |session: Session| {
                session.flash("Hello", "info");
            }),
        )
        .route(
            "/change",
            get(async |session: Session| {
                session.insert_value("user", "mallory");
                FAILED
            }),
        )
        .route(
            "/show",
            get(async |session: Session| {
                assert_eq!(session.flashes().len(), 1);
                StatusCode::BAD_GATEWAY
            }),
        )
        .route(
            "/refuse",
            get(async |session: Session| {
                session.insert_value("user", "mallory");
                StatusCode::BAD_REQUEST
            }),
        )
        .route(
            "/save",
            get(async |session: Session, manager: SessionManager| {
                session.insert_value("user", "saved");
                manager.save_now(&session).await.unwrap();
                session.insert_value("user", "mallory");
                FAILED
            }),
        )
        .route(
            "/log-out",
            get(async |session: Session| {
                session.destroy();
                FAILED
            }),
        )
        .route(
            "/goodbye",
            get(async |session: Session| {
                session.log_out();
                session.flash("Goodbye", "info");
                FAILED
            }),
        )
        .route(
            "/log-in",
            get(async |session: Session| {
                session.clear();
                session.regenerate_id();
                session.insert_value("user", "mallory");
                FAILED
            }),
        )
}

/// Both layers, with this setting.
fn stacks(manager: &SessionManager, saves: bool) -> [Stack; 2] {
    let axum = in_axum::SessionLayer::new(manager.clone()).save_after_server_error(saves);
    let tower = in_tower::SessionLayer::new(manager.clone()).save_after_server_error(saves);
    [boxed(routes().layer(axum)), boxed(routes().layer(tower))]
}

async fn zoe(stack: &Stack) -> Client {
    let mut zoe = Client::default();
    let _ = zoe.get(stack, "/begin").await;
    zoe
}

/// As in Flask.
#[tokio::test]
async fn by_default_all_is_saved() {
    for (name, manager) in managers() {
        let by_default = boxed(routes().layer(in_axum::SessionLayer::new(manager.clone())));
        for stack in stacks(&manager, true).into_iter().chain([by_default]) {
            for (path, left) in [
                ("/change", "mallory"),
                ("/save", "mallory"),
                ("/log-out", ""),
                ("/goodbye", ""),
                ("/log-in", "mallory"),
            ] {
                let mut zoe = zoe(&stack).await;
                assert_eq!(zoe.get(&stack, path).await.status(), FAILED);
                assert_eq!(zoe.get(&stack, "/read").await.body(), left, "{name} {path}");
            }
        }
    }
}

#[tokio::test]
async fn a_layer_that_is_told_so_saves_nothing_but_an_end() {
    for (name, manager) in managers() {
        for stack in stacks(&manager, false) {
            for (path, left, lines) in [
                ("/change", "zoe", 0),
                ("/save", "saved", usize::from(name != "stored")),
                ("/log-out", "", 1),
                ("/goodbye", "", 1),
                ("/log-in", "", 1),
                ("/refuse", "mallory", usize::from(name != "stored")),
            ] {
                let mut zoe = zoe(&stack).await;
                let response = zoe.get(&stack, path).await;
                assert_eq!(session_lines(&response).len(), lines, "{name} {path}");
                assert_eq!(
                    response.headers().get("vary").unwrap(),
                    "Cookie",
                    "{name} {path}: it was looked at"
                );
                assert_eq!(zoe.get(&stack, "/read").await.body(), left, "{name} {path}");
            }
        }
    }
}

/// A logout whose handler failed has happened; its message is a change like any other.
#[tokio::test]
async fn a_goodbye_is_saved_or_not_as_the_layer_is_told() {
    for (name, manager) in managers() {
        for (saves, left) in [(true, "1"), (false, "0")] {
            for stack in stacks(&manager, saves) {
                let mut zoe = zoe(&stack).await;
                let _ = zoe.get(&stack, "/goodbye").await;
                assert_eq!(zoe.get(&stack, "/flashed").await.body(), left, "{name}");
            }
        }
    }
}

/// A message that was on a page which failed is shown on the next one.
#[tokio::test]
async fn a_message_that_was_not_shown_stays() {
    for (name, manager) in managers() {
        for (saves, left) in [(true, "0"), (false, "1")] {
            for stack in stacks(&manager, saves) {
                let mut zoe = zoe(&stack).await;
                let _ = zoe.get(&stack, "/flash").await;
                let _ = zoe.get(&stack, "/show").await;
                assert_eq!(zoe.get(&stack, "/flashed").await.body(), left, "{name}");
            }
        }
    }
}
