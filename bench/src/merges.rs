//! What a merge adds to a save that comes second. The bare one writes over nothing: the other request changed another key, so
//! that this request's value is taken as it is.

use std::sync::Arc;

use dewar::store::Memory;
use dewar::value::{Map, Value};
use dewar::{ServerSide, Session, SessionManager};
use dewar_bench_meter::{Cost, Role, Row, cost, now};

/// What both requests begin with, and what each of them makes of it.
struct Shared {
    work: &'static str,
    base: Value,
    first: Value,
    second: Value,
}

pub(crate) fn measure() -> Vec<Row> {
    [list(), map(), number()].iter().flat_map(rows).collect()
}

/// Ten items; both append one.
fn list() -> Shared {
    let cart = |last: Option<&str>| {
        let items = (0..10).map(|number| format!("article {number}")).chain(last.map(str::to_owned));
        Value::List(items.map(Value::from).collect())
    };
    Shared {
        work: "save second: a list of ten, both append",
        base: cart(None),
        first: cart(Some("shoes")),
        second: cart(Some("socks")),
    }
}

/// Ten keys; each sets one.
fn map() -> Shared {
    let cart = |changed: usize| {
        let count = |key: usize| Value::from(if key == changed { 2 } else { 1 });
        Value::Map((0..10).map(|key| (format!("article {key}"), count(key))).collect())
    };
    Shared {
        work: "save second: a map of ten, both set a key",
        base: cart(10),
        first: cart(3),
        second: cart(7),
    }
}

/// A conflict: the second one wins.
fn number() -> Shared {
    Shared { work: "save second: a number", base: 1.into(), first: 2.into(), second: 3.into() }
}

fn rows(shared: &Shared) -> [Row; 2] {
    let row = |who: &str, role, cost| Row {
        work: shared.work.to_owned(),
        who: who.to_owned(),
        role,
        cost,
        cookie: None,
        server: None,
    };
    [
        row("the first one set another key", Role::Bare, of_second(shared, "other")),
        row("the first one changed the same value", Role::Other, of_second(shared, "shared")),
    ]
}

/// The cost of saving the second of two requests, where the first one changed this key.
fn of_second(shared: &Shared, key: &str) -> Cost {
    let settings = ServerSide::new("shop", Arc::new(Memory::new()));
    let manager = SessionManager::server_side(settings).unwrap();
    let second = || {
        let begun = now(manager.open([])).unwrap();
        set(&begun, Map::from([("shared", shared.base.clone()), ("other", shared.base.clone())]));
        let line = now(manager.save(&begun)).unwrap();
        let cookie = line.set_cookie().and_then(|line| line.split(';').next()).unwrap_or_default().to_owned();
        let [first, second] = [(); 2].map(|()| now(manager.open([cookie.as_bytes()])).unwrap());
        set(&first, Map::from([(key, shared.first.clone())]));
        drop(now(manager.save(&first)).unwrap());
        set(&second, Map::from([("shared", shared.second.clone())]));
        second
    };
    cost(second, |session| (now(manager.save(&session)).unwrap(), session))
}

fn set(session: &Session, values: Map) {
    values.into_iter().for_each(|(key, value)| session.insert_value(key, value));
}
