//! Sessions as structs of the program's: what is read, what is written, and what is refused.

mod errors;
mod formats;
mod names;
mod versions;

use dewar::session::{SessionData, Typed};
use dewar::value::Value;
use dewar::{ClientSide, SecretKeys, Session, SessionManager};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Guest {
    name: Option<String>,
    visits: u32,
    theme: String,
    cart: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Item {
    sku: String,
    price: f64,
}

impl Default for Guest {
    fn default() -> Self {
        Self { name: None, visits: 0, theme: "light".to_owned(), cart: Vec::new() }
    }
}

impl SessionData for Guest {}

fn manager() -> SessionManager {
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    SessionManager::client_side(ClientSide::new(keys)).unwrap()
}

async fn session() -> Session {
    manager().open([]).await.unwrap()
}

async fn guest() -> Typed<Guest> {
    Typed::new(session().await)
}

fn keys(session: &Session) -> Vec<String> {
    session.keys().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn a_new_session_has_the_default_values_and_looking_writes_nothing() {
    let guest = guest().await;
    assert_eq!(guest.get().unwrap(), Guest::default());
    assert!(guest.session().is_empty() && !guest.session().is_modified());
}

#[tokio::test]
async fn what_the_session_lacks_has_its_default_value() {
    let guest = guest().await;
    guest.session().insert_value("name", "zoe");
    let expected = Guest { name: Some("zoe".to_owned()), ..Guest::default() };
    assert_eq!(guest.get().unwrap(), expected);
}

#[tokio::test]
async fn modify_writes_the_fields_that_it_changed_and_no_others() {
    let guest = guest().await;
    let visits = guest.modify(|guest| {
        guest.visits += 1;
        guest.visits
    });
    assert_eq!(visits.unwrap(), 1);
    assert_eq!(keys(guest.session()), ["visits"]);
    guest.modify(|guest| guest.cart.push(Item { sku: "shoes".to_owned(), price: 9.5 })).unwrap();
    assert_eq!(keys(guest.session()), ["visits", "cart"]);
    assert_eq!(guest.get().unwrap().cart.len(), 1);
}

#[tokio::test]
async fn set_writes_the_fields_that_differ_and_no_others() {
    let guest = guest().await;
    guest.set(&Guest { visits: 3, ..Guest::default() }).unwrap();
    assert_eq!(keys(guest.session()), ["visits"]);
    let read = guest.get().unwrap();
    guest.set(&Guest { name: Some("zoe".to_owned()), ..read }).unwrap();
    assert_eq!(keys(guest.session()), ["visits", "name"]);
    guest.set(&Guest { theme: "dark".to_owned(), ..Guest::default() }).unwrap();
    let stored = guest.session().read(Clone::clone);
    assert_eq!(stored.get("visits"), Some(&Value::Int(0)), "what was stored is set back");
    assert_eq!(stored.get("name"), Some(&Value::Null), "and an option is null");
    assert_eq!(guest.get().unwrap(), Guest { theme: "dark".to_owned(), ..Guest::default() });
}

#[tokio::test]
async fn what_changes_nothing_is_no_change() {
    let guest = guest().await;
    guest.set(&Guest::default()).unwrap();
    guest.modify(|_| ()).unwrap();
    guest.modify(|guest| guest.theme = "light".to_owned()).unwrap();
    assert!(guest.session().is_empty() && !guest.session().is_modified());
}

#[tokio::test]
async fn other_keys_stay_as_they_are() {
    let guest = guest().await;
    guest.session().insert_value("free", "form");
    guest.session().flash("Hello", "info");
    guest.modify(|guest| guest.visits = 1).unwrap();
    guest.set(&Guest { visits: 2, ..Guest::default() }).unwrap();
    assert_eq!(keys(guest.session()), ["free", "_flashes", "visits"]);
    assert_eq!(guest.session().get::<u32>("visits").unwrap(), Some(2), "both are on the same data");
    assert_eq!(guest.session().flashes().len(), 1);
}

#[tokio::test]
async fn clones_are_the_same_session_and_debug_shows_no_value() {
    let guest = guest().await;
    guest.clone().modify(|guest| guest.name = Some("zoe".to_owned())).unwrap();
    assert_eq!(guest.get().unwrap().name.as_deref(), Some("zoe"));
    assert_eq!(format!("{guest:?}"), "Typed(Session(1 keys, modified: true))");
    assert_eq!(guest.into_session().value("name"), Some("zoe".into()));
}
