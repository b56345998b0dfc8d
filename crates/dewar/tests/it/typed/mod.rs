//! Sessions as structs of the program's: what is read, what is written, and what is refused.

mod errors;
mod formats;
mod names;
mod over_http;
mod versions;

use std::sync::atomic::{AtomicU64, Ordering};

use dewar::session::{SessionData, Typed};
use dewar::value::{Map, Value};
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
async fn the_first_change_stores_the_other_fields_too() {
    let modified = guest().await;
    let visits = modified.modify(|guest| {
        guest.visits += 1;
        guest.visits
    });
    assert_eq!(visits.unwrap(), 1);
    let set = guest().await;
    set.set(&Guest { visits: 1, ..Guest::default() }).unwrap();
    let expected = Map::from([
        ("visits", Value::Int(1)),
        ("name", Value::Null),
        ("theme", "light".into()),
        ("cart", Value::List(vec![])),
    ]);
    for guest in [modified, set] {
        assert_eq!(guest.session().read(Clone::clone), expected);
    }
}

/// A default value that is another one each time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Numbered {
    number: u64,
    visits: u32,
}

impl Default for Numbered {
    fn default() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { number: NEXT.fetch_add(1, Ordering::Relaxed), visits: 0 }
    }
}

impl SessionData for Numbered {}

#[tokio::test]
async fn a_default_value_is_decided_once() {
    let modified: Typed<Numbered> = Typed::new(session().await);
    let number = modified.modify(|data| {
        data.visits += 1;
        data.number
    });
    assert_eq!(modified.get().unwrap(), Numbered { number: number.unwrap(), visits: 1 });
    assert_eq!(modified.get().unwrap(), modified.get().unwrap());
    let set: Typed<Numbered> = Typed::new(session().await);
    let first = set.get().unwrap();
    set.set(&first).unwrap();
    assert_eq!(set.get().unwrap(), first);
}

#[tokio::test]
async fn later_changes_write_the_fields_that_differ_and_no_others() {
    let guest = guest().await;
    guest.set(&Guest { visits: 3, ..Guest::default() }).unwrap();
    // Another part of the program changes what it knows by name.
    guest.session().insert_value("theme", "dark");
    guest.session().remove("cart");
    guest.modify(|guest| guest.name = Some("zoe".to_owned())).unwrap();
    let read = guest.get().unwrap();
    assert_eq!(
        read,
        Guest { name: Some("zoe".to_owned()), visits: 3, theme: "dark".to_owned(), cart: vec![] }
    );
    guest.set(&Guest { name: None, ..read }).unwrap();
    assert_eq!(guest.session().get_value("name"), Some(Value::Null), "an option is null");
    assert_eq!(guest.session().get_value("theme"), Some("dark".into()));
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
    assert_eq!(keys(guest.session()), ["free", "_flashes", "visits", "name", "theme", "cart"]);
    assert_eq!(guest.session().get::<u32>("visits").unwrap(), Some(2), "both are on the same data");
    assert_eq!(guest.session().flashes().len(), 1);
}

#[tokio::test]
async fn clones_are_the_same_session_and_debug_shows_no_value() {
    let guest = guest().await;
    guest.clone().modify(|guest| guest.name = Some("zoe".to_owned())).unwrap();
    assert_eq!(guest.get().unwrap().name.as_deref(), Some("zoe"));
    assert_eq!(format!("{guest:?}"), "Typed(Session(4 keys, modified: true))");
    assert_eq!(guest.into_session().get_value("name"), Some("zoe".into()));
}
