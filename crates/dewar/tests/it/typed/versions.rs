//! The version hook: what defaults cannot do.

use dewar::session::{SessionData, Typed};
use dewar::value::{ConvertError, Map, Value};
use serde::de::Error;
use serde::{Deserialize, Serialize};

use super::{keys, session};

/// Version 1 had `name`, version 2 has its parts.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) visits: u32,
}

impl SessionData for Named {
    const VERSION: u32 = 2;

    fn upgrade(data: &mut Map, from: u32) -> Result<(), ConvertError> {
        assert!(from < 2);
        let Some(name) = data.remove("name") else { return Ok(()) };
        let Some((first, last)) = name.as_str().and_then(|name| name.split_once(' ')) else {
            return Err(ConvertError::custom("a name without a space"));
        };
        data.insert("first", first);
        data.insert("last", last);
        Ok(())
    }
}

/// A session of version 1, as a program without the version hook has written it.
async fn of_version_1() -> Typed<Named> {
    let session = session().await;
    session.insert_value("name", "Zoe Ng");
    session.insert_value("visits", 7);
    Typed::new(session)
}

fn zoe() -> Named {
    Named { first: "Zoe".to_owned(), last: "Ng".to_owned(), visits: 7 }
}

#[tokio::test]
async fn looking_upgrades_a_copy() {
    let typed = of_version_1().await;
    assert_eq!(typed.get().unwrap(), zoe());
    assert_eq!(keys(typed.session()), ["name", "visits"]);
}

#[tokio::test]
async fn the_next_change_writes_the_upgraded_data_and_the_version() {
    let modified = of_version_1().await;
    modified.modify(|named| named.visits += 1).unwrap();
    let set = of_version_1().await;
    set.set(&Named { visits: 8, ..zoe() }).unwrap();
    for typed in [modified, set] {
        assert_eq!(typed.get().unwrap(), Named { visits: 8, ..zoe() });
        assert_eq!(typed.session().get_value("_version"), Some(Value::Int(2)));
        assert!(!typed.session().contains("name"));
        // It does not run again.
        typed.session().insert_value("name", "without a space");
        assert_eq!(typed.get().unwrap(), Named { visits: 8, ..zoe() });
    }
}

#[tokio::test]
async fn a_new_session_is_not_upgraded_and_nothing_is_written_for_the_version_alone() {
    let typed: Typed<Named> = Typed::new(session().await);
    typed.session().flash("Hello", "info");
    typed.modify(|_| ()).unwrap();
    typed.set(&Named::default()).unwrap();
    assert_eq!(keys(typed.session()), ["_flashes"]);
    typed.modify(|named| named.visits = 1).unwrap();
    assert_eq!(typed.session().get_value("_version"), Some(Value::Int(2)));
}

#[tokio::test]
async fn a_session_of_a_newer_version_is_read_and_never_lowered() {
    let typed: Typed<Named> = Typed::new(session().await);
    typed.session().edit(|data| {
        *data = Map::from([("_version", Value::Int(3)), ("first", "Zoe".into()), ("colour", "red".into())]);
    });
    typed.modify(|named| named.visits = 1).unwrap();
    typed.set(&Named { visits: 2, ..typed.get().unwrap() }).unwrap();
    let expected = Map::from([
        ("_version", Value::Int(3)),
        ("first", "Zoe".into()),
        ("colour", "red".into()),
        ("visits", Value::Int(2)),
        ("last", "".into()),
    ]);
    assert_eq!(typed.session().read(Clone::clone), expected);
}

#[tokio::test]
async fn data_that_cannot_be_upgraded_stay_as_they_are() {
    let typed = of_version_1().await;
    typed.session().insert_value("name", "Zoe");
    let before = typed.session().read(Clone::clone);
    for error in [
        typed.get().unwrap_err(),
        typed.set(&zoe()).unwrap_err(),
        typed.modify(|named| named.visits += 1).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "a name without a space");
    }
    assert_eq!(typed.session().read(Clone::clone), before);
}

#[tokio::test]
async fn a_version_that_is_none_is_an_error() {
    let typed = of_version_1().await;
    for wrong in [Value::from("1"), Value::Int(-1), Value::Int(i64::MAX)] {
        typed.session().insert_value("_version", wrong);
        let error = typed.modify(|named| named.visits += 1).unwrap_err();
        assert_eq!((error.key(), typed.get().unwrap_err().key()), (Some("_version"), Some("_version")));
    }
}
