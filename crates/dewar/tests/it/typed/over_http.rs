//! Typed sessions as extractors, and the example `counter`.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use dewar::ServerSide;
use dewar::session::Typed;
use dewar::store::Memory;
use dewar::value::ConvertError;
use dewar::web::axum::SessionLayer;

use super::{Guest, manager};
use crate::browser::Browser;
use crate::examples;
use crate::http_client::ask;
use crate::server::Server;

async fn count(guest: Typed<Guest>) -> Result<String, ConvertError> {
    let visits = guest.modify(|guest| {
        guest.visits += 1;
        guest.visits
    })?;
    Ok(visits.to_string())
}

async fn spoil(guest: Typed<Guest>) {
    guest.session().insert_value("visits", "many");
}

async fn perhaps(guest: Option<Typed<Guest>>) -> Result<String, ConvertError> {
    guest.map_or(Ok("no session".to_owned()), |guest| Ok(guest.get()?.visits.to_string()))
}

fn site() -> Server {
    let pages = || Router::new().route("/count", get(count)).route("/perhaps", get(perhaps));
    let with_sessions = pages().route("/spoil", get(spoil)).layer(SessionLayer::new(manager()));
    Server::start(with_sessions.nest("/bare", pages()))
}

#[test]
fn a_typed_session_is_an_extractor_and_an_optional_one() {
    let server = site();
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.get("/count").body, "1");
    assert_eq!(browser.get("/count").body, "2");
    assert_eq!(browser.get("/perhaps").body, "2");
    assert_eq!(ask(server.address, "/bare/perhaps", None, None).body, "no session");
    let answer = ask(server.address, "/bare/count", None, None);
    assert!(answer.status == 500 && answer.body.contains("no session layer"), "{answer:?}");
}

#[test]
fn one_that_cannot_be_read_is_rejected_with_the_key() {
    let server = site();
    let mut browser = Browser::new(server.address);
    browser.get("/spoil");
    for path in ["/count", "/perhaps"] {
        let answer = browser.get(path);
        assert_eq!(answer.status, 500);
        // Debug builds say why.
        let why = r#"the key "visits": invalid type: string, expected u32"#;
        assert!(answer.body.starts_with(why), "{}", answer.body);
    }
}

#[test]
fn the_example_counter_counts() {
    let app = examples::counter::app(ServerSide::new("counter", Arc::new(Memory::new()))).unwrap();
    let server = Server::start(app);
    let mut browser = Browser::new(server.address);
    assert_eq!(browser.get("/").body, "Current count: 1");
    assert_eq!(browser.get("/").body, "Current count: 2");
}
