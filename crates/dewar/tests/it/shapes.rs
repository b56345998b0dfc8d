//! A program's own types in every format: a value is read back unchanged, or refused when it is set.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use dewar::settings::{FlaskEncoding, FlaskRecords, RecordFormat};
use dewar::store::Memory;
use dewar::value::{DateTime, Value};
use dewar::{ClientSide, SecretKeys, ServerSide, SessionManager};
use serde::de::{DeserializeOwned, Deserializer, Visitor};
use serde::{Deserialize, Serialize, Serializer};

/// Every format: its name and a manager that writes it.
fn formats() -> Vec<(&'static str, SessionManager)> {
    let keys = || SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let in_cookie = |settings| SessionManager::client_side(settings).unwrap();
    let stored = |settings| SessionManager::server_side(settings).unwrap();
    let flask = |encoding| {
        let records = RecordFormat::Flask(FlaskRecords { encoding, ..FlaskRecords::default() });
        stored(ServerSide { records, ..ServerSide::flask(Arc::new(Memory::new())) })
    };
    vec![
        ("sealed", in_cookie(ClientSide::new(keys()))),
        ("native", stored(ServerSide::new("shop", Arc::new(Memory::new())))),
        ("pickle", flask(FlaskEncoding::Pickle)),
        ("tagged JSON", in_cookie(ClientSide::flask(keys()))),
        ("MessagePack", flask(FlaskEncoding::MsgPack)),
        ("JSON", flask(FlaskEncoding::Json)),
    ]
}

/// The names of the formats that refuse the value; in all others it must come back.
async fn refused<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(
    shape: &str,
    value: T,
) -> Vec<&'static str> {
    let mut refused = Vec::new();
    for (format, manager) in formats() {
        let session = manager.open([]).await.unwrap();
        match session.insert("the key", &value) {
            Ok(()) => {
                let reply =
                    manager.save(&session).await.unwrap_or_else(|why| panic!("{shape} in {format}: {why:?}"));
                let cookie = reply.set_cookie().unwrap().split(';').next().unwrap();
                let back = manager.open([cookie.as_bytes()]).await.unwrap().get::<T>("the key");
                let back = back.unwrap_or_else(|why| panic!("{shape} in {format}: {why}"));
                assert_eq!(back.as_ref(), Some(&value), "{shape} in {format}");
            }
            Err(why) => {
                let why = why.to_string();
                assert!(why.contains("\"the key\""), "{shape} in {format}: {why}");
                assert!(!session.contains("the key"));
                refused.push(format);
            }
        }
        let updated = manager.open([]).await.unwrap();
        let again = dewar::value::to_value(&value).unwrap();
        let result = updated.update("the key", move |_: Option<Value>| again.clone());
        assert_eq!(result.is_err(), refused.contains(&format), "{shape} in {format}, by an update");
    }
    refused
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct New(i64);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Pair(u8, String);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Nested {
    pair: (i32, f32),
    letter: char,
    names: BTreeMap<String, Vec<Option<bool>>>,
    by_number: BTreeMap<u32, String>,
    by_flag: BTreeMap<bool, u8>,
    by_letter: BTreeMap<char, u8>,
    of_enum: BTreeMap<Color, u8>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
enum Color {
    Red,
    Green,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum External {
    Dot,
    New(i64),
    Tuple(u8, String),
    Struct { by_number: BTreeMap<u32, String> },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internal {
    Dot,
    Struct { by_number: BTreeMap<u32, String>, pair: (u8, u8), date: String },
    New(Inner),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    by_big: BTreeMap<i64, f64>,
    by_bigger: BTreeMap<u64, bool>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", content = "c")]
enum Adjacent {
    Dot,
    Map(BTreeMap<i8, u8>),
    Tuple(u8, String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Map(BTreeMap<u16, Color>),
    Flags(BTreeMap<bool, String>),
    Struct { a: BTreeMap<i32, i32>, b: Option<f64> },
    Text(String),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flattened {
    id: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, i64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct FlattenedNumbers {
    #[serde(flatten)]
    rest: BTreeMap<u32, String>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct FlattenedBoth {
    id: u8,
    #[serde(flatten)]
    rest: BTreeMap<u32, String>,
}

#[derive(Debug, PartialEq)]
struct Octets(Vec<u8>);

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Octets;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("octets")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Octets, E> {
                Ok(Octets(bytes.to_vec()))
            }

            // As many such types do: the text of JSON's base64 would be taken for the octets.
            fn visit_str<E>(self, text: &str) -> Result<Octets, E> {
                Ok(Octets(text.into()))
            }
        }
        deserializer.deserialize_bytes(Any)
    }
}

fn numbered<K: Ord + From<u8>, V: From<&'static str>>() -> BTreeMap<K, V> {
    BTreeMap::from([(K::from(1), V::from("one")), (K::from(20), V::from("twenty"))])
}

#[tokio::test]
async fn values_that_every_format_stores() {
    let nested = Nested {
        pair: (-1, 0.1),
        letter: 'ß',
        names: BTreeMap::from([("a".to_owned(), vec![None, Some(true)]), ("1".to_owned(), vec![])]),
        by_number: numbered(),
        by_flag: BTreeMap::from([(true, 1), (false, 0)]),
        by_letter: BTreeMap::from([('1', 1), ('é', 2)]),
        of_enum: BTreeMap::from([(Color::Red, 1), (Color::Green, 2)]),
    };
    // Python's JSON spells a truth value as a key, msgspec's has none.
    assert_eq!(refused("nested", nested).await, ["JSON"]);
    macro_rules! stored {
        ($($name:literal: $value:expr),* $(,)?) => {$(
            assert_eq!(refused($name, $value).await, <[&str; 0]>::default(), $name);
        )*};
    }
    stored! {
        "unit": (), "unit struct": Unit, "newtype": New(i64::MIN), "tuple struct": Pair(1, "x".into()),
        "tuple": (1_u8, "a".to_owned(), [0.5_f64, -0.0]), "numbers": (i8::MIN, u32::MAX, i64::MIN, u64::MAX),
        "small floats": (f32::MIN_POSITIVE, f64::MIN_POSITIVE, f64::MAX, 1e16_f64, 1.0_f64), "char": '\u{10ffff}',
        "option": (Some(1_u8), None::<u8>), "set": BTreeSet::from([3_u8, 1]), "text": "\u{0}\u{7f} \" t\"".to_owned(),
        "number keys": numbered::<u32, String>(), "negative keys": BTreeMap::from([(-1_i64, 1), (i64::MIN, 2)]),
        "texts that spell numbers": BTreeMap::from([("1".to_owned(), 1), ("01".to_owned(), 2), ("-0".to_owned(), 3)]),
        "a tag's name": BTreeMap::from([(" t".to_owned(), vec![1])]), "escaped": BTreeMap::from([(" d__".to_owned(), 1)]),
        "external unit": External::Dot, "external newtype": External::New(1), "external tuple": External::Tuple(1, "x".into()),
        "external struct": External::Struct { by_number: numbered() },
        "internal unit": Internal::Dot,
        "internal struct": Internal::Struct { by_number: numbered(), pair: (1, 2), date: "2024-01-01".into() },
        "internal newtype": Internal::New(Inner {
            by_big: BTreeMap::from([(i64::MIN, 0.5), (7, 1.0)]), by_bigger: BTreeMap::from([(u64::MAX, true), (0, false)]),
        }),
        "adjacent unit": Adjacent::Dot, "adjacent map": Adjacent::Map(BTreeMap::from([(-1, 1), (5, 2)])),
        "adjacent tuple": Adjacent::Tuple(1, "x".into()),
        "untagged number": Untagged::Number(5), "untagged text": Untagged::Text("5".into()),
        "untagged map": Untagged::Map(BTreeMap::from([(1, Color::Red), (65535, Color::Green)])),
        "untagged struct": Untagged::Struct { a: BTreeMap::from([(-5, 5)]), b: Some(1.0) },
        "list of untagged": vec![Untagged::Number(1), Untagged::Map(BTreeMap::from([(1, Color::Green)]))],
        "flattened": Flattened { id: 1, rest: BTreeMap::from([("a".into(), 1), ("20".into(), 2)]) },
        "flattened numbers": FlattenedNumbers { rest: numbered() },
        "date": DateTime::aware(1_709_210_096, 0, 0).unwrap(),
    }
}

#[tokio::test]
async fn values_that_some_formats_refuse_when_they_are_set() {
    macro_rules! refused {
        ($($name:literal: $value:expr => $formats:expr),* $(,)?) => {$(
            assert_eq!(refused($name, $value).await, $formats, $name);
        )*};
    }
    refused! {
        "octets": Octets(vec![255, 0]) => ["JSON"],
        "untagged flags": Untagged::Flags(BTreeMap::from([(true, "x".into())])) => ["JSON"],
        "infinity": vec![f64::INFINITY] => ["JSON"],
        "beyond 64 bits": i128::MIN => ["MessagePack"],
        "tuple keys": BTreeMap::from([((1_u8, 2_u8), 3_u8)]) => ["tagged JSON", "JSON"],
        // Python sorts the keys of a cookie, and cannot sort texts beside numbers.
        "flattened, texts and numbers": FlattenedBoth { id: 1, rest: numbered() } => ["tagged JSON"],
        // Flask's cookies keep whole seconds, and neither they nor MessagePack keep the zone.
        "a date with a zone": DateTime::aware(1_709_210_096, 5, 3600).unwrap() => ["tagged JSON", "MessagePack"],
    }
}

/// NaN equals nothing.
#[tokio::test]
async fn nan_is_stored_or_refused() {
    for (format, manager) in formats() {
        let session = manager.open([]).await.unwrap();
        match session.insert("n", (f64::NAN, 1)) {
            Err(_) => assert_eq!(format, "JSON"),
            Ok(()) => {
                let reply = manager.save(&session).await.unwrap();
                let cookie = reply.set_cookie().unwrap().split(';').next().unwrap();
                let back = manager.open([cookie.as_bytes()]).await.unwrap().get::<(f64, u8)>("n").unwrap();
                assert!(back.unwrap().0.is_nan(), "{format}");
            }
        }
    }
}

/// A `Value` is stored as Python would store it.
#[tokio::test]
async fn insert_value_takes_any_value() {
    let (_, json) = formats().pop().unwrap();
    let session = json.open([]).await.unwrap();
    session.insert_value("octets", vec![255_u8]);
    assert!(json.save(&session).await.is_ok());
}
