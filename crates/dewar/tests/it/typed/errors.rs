//! What cannot be read or stored: the error names the key, and nothing is changed.

use std::collections::BTreeMap;

use dewar::session::{SessionData, Typed};
use dewar::value::{Map, Value};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Guest, guest, keys, session};

#[tokio::test]
async fn a_field_of_another_type_is_named_and_can_be_replaced() {
    let guest = guest().await;
    guest.session().insert_value("visits", "hunter2");
    guest.session().insert_value("theme", "dark");
    let error = guest.get().unwrap_err();
    assert_eq!(error.to_string(), r#"the key "visits": invalid type: string, expected u32"#);
    assert_eq!(error.key(), Some("visits"));
    let error = guest.modify(|guest| guest.visits += 1).unwrap_err();
    assert_eq!(error.key(), Some("visits"));
    assert_eq!(guest.session().get_value("visits"), Some("hunter2".into()), "nothing is changed");

    guest.set(&Guest { visits: 7, ..Guest::default() }).unwrap();
    assert_eq!(guest.get().unwrap(), Guest { visits: 7, ..Guest::default() });
}

#[tokio::test]
async fn the_place_within_a_field_is_named() {
    let guest = guest().await;
    let item = |price: Value| Value::Map(Map::from([("sku", Value::from("a")), ("price", price)]));
    guest.session().insert_value("cart", vec![item(1.5.into()), item("free".into())]);
    let error = guest.get().unwrap_err();
    assert_eq!(error.to_string(), r#"the key "cart", in [1]["price"]: invalid type: string, expected f64"#);
    guest.session().insert_value("cart", vec![Value::Map(Map::from([("sku", "a")]))]);
    let error = guest.get().unwrap_err();
    assert_eq!(error.to_string(), r#"the key "cart", in [0]: missing field `price`"#);
}

/// Written as a text, and read as a number.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct OneWay(u8);

impl Serialize for OneWay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            0 => serializer.serialize_u8(0),
            9 => Err(serde::ser::Error::custom("nine is refused")),
            number => serializer.serialize_str(&number.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for OneWay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u8::deserialize(deserializer).map(Self)
    }
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
struct Lopsided {
    count: u32,
    odd: OneWay,
}

impl SessionData for Lopsided {}

#[tokio::test]
async fn what_could_not_be_read_again_is_refused_before_anything_is_changed() {
    let typed: Typed<Lopsided> = Typed::new(session().await);
    typed.modify(|data| data.count = 1).unwrap();
    for error in [
        typed.set(&Lopsided { count: 2, odd: OneWay(3) }).unwrap_err(),
        typed.modify(|data| (data.count, data.odd) = (2, OneWay(3))).unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            "the key \"odd\": invalid type: string, expected u8: the session could not be read again with this value, so nothing was changed"
        );
    }
    for error in [
        typed.set(&Lopsided { count: 2, odd: OneWay(9) }).unwrap_err(),
        typed.modify(|data| (data.count, data.odd) = (2, OneWay(9))).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), r#"the key "odd": nine is refused"#);
    }
    assert_eq!(typed.get().unwrap(), Lopsided { count: 1, odd: OneWay(0) });
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Pair(u8, u8);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Number(u8);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Default, Serialize, Deserialize)]
enum Bare {
    #[default]
    A,
}

#[derive(Debug, Serialize, Deserialize)]
enum Filled {
    A { a: u8 },
}

impl Default for Filled {
    fn default() -> Self {
        Self::A { a: 1 }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Numbered(BTreeMap<u32, u8>);

impl Default for Numbered {
    fn default() -> Self {
        Self([(1, 2)].into())
    }
}

impl SessionData for Pair {}
impl SessionData for Number {}
impl SessionData for Unit {}
impl SessionData for Bare {}
impl SessionData for Filled {}
impl SessionData for Numbered {}

async fn is_refused<T: SessionData>(because: &str) {
    let typed: Typed<T> = Typed::new(session().await);
    typed.session().insert_value("a", 1);
    let errors = [
        typed.get().err().unwrap(),
        typed.set(&T::default()).unwrap_err(),
        typed.modify(|_| ()).unwrap_err(),
    ];
    for error in errors {
        let error = error.to_string();
        assert!(error.starts_with(because) && error.ends_with("make it a field of such a struct"), "{error}");
    }
    assert_eq!(keys(typed.session()), ["a"]);
}

#[tokio::test]
async fn a_type_without_named_fields_is_refused() {
    is_refused::<Pair>("a type that serializes as tuple").await;
    is_refused::<Number>("a type that serializes as int").await;
    is_refused::<Unit>("a type that serializes as None").await;
    is_refused::<Bare>("a type that serializes as str").await;
    is_refused::<Filled>("the enum `Filled`").await;
    is_refused::<Numbered>("a type that serializes as dict").await;
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(tag = "kind")]
enum Tagged {
    #[default]
    Guest,
    User {
        name: String,
    },
}

impl SessionData for Tagged {}

/// Fields of two variants would be mixed.
#[tokio::test]
async fn an_enum_with_a_tag_is_refused() {
    let typed: Typed<Tagged> = Typed::new(session().await);
    let error = typed.set(&Tagged::User { name: "zoe".to_owned() }).unwrap_err();
    assert!(error.to_string().starts_with("this type cannot be a typed session"), "{error}");
    assert!(typed.session().is_empty());
}

#[tokio::test]
async fn take_removes_what_is_of_the_type_and_nothing_else() {
    let session = session().await;
    session.insert_value("state", "abc");
    let error = session.take::<u32>("state").unwrap_err();
    assert_eq!(error.to_string(), r#"the key "state": invalid type: string, expected u32"#);
    assert_eq!(session.take::<String>("state").unwrap().as_deref(), Some("abc"));
    assert_eq!(session.take::<String>("state").unwrap(), None);
    assert!(session.is_empty());
}

/// Of every call that converts.
#[tokio::test]
async fn errors_name_the_key_and_never_the_value() {
    let session = session().await;
    session.insert_value("k", "hunter2");
    let errors = [
        session.get::<u32>("k").unwrap_err(),
        session.take::<u32>("k").unwrap_err(),
        session.update("k", |n: Option<u32>| n.unwrap_or(0)).unwrap_err(),
        session.modify("k", |n: &mut u32| *n += 1).unwrap_err(),
        session.insert("k", OneWay(9)).unwrap_err(),
    ];
    for error in &errors {
        assert_eq!(error.key(), Some("k"), "{error}");
        assert!(
            error.to_string().starts_with("the key \"k\": ") && !error.to_string().contains("hunter2"),
            "{error}"
        );
    }
    let nested = BTreeMap::from([("list", vec![OneWay(0), OneWay(9)])]);
    let error = session.insert("k", nested).unwrap_err();
    assert_eq!(error.to_string(), r#"the key "k", in ["list"][1]: nine is refused"#);
}
