use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{from_value, from_value_ref, to_value};
use crate::value::arbitrary::{any_plain_value, structs};
use crate::value::{BigInt, DateTime, Map, Text, Value};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Dot,
    Circle(f64),
    Line(i32, i32),
    Box { width: u8 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct User {
    id: u64,
    name: String,
    nick: Option<String>,
    roles: Vec<String>,
    at: (i8, i8),
    shapes: Vec<Shape>,
    by_number: BTreeMap<u32, bool>,
    huge: u128,
}

fn user() -> User {
    User {
        id: u64::MAX,
        name: "Zoe".into(),
        nick: None,
        roles: vec!["admin".into()],
        at: (-1, 1),
        shapes: vec![Shape::Dot, Shape::Circle(0.5), Shape::Line(1, 2), Shape::Box { width: 3 }],
        by_number: [(1, true), (20, false)].into(),
        huge: u128::MAX,
    }
}

#[test]
fn a_struct_goes_in_and_out() {
    let value = to_value(&user()).unwrap();
    let Value::Map(map) = &value else { panic!("{value:?}") };
    assert_eq!(map.get("id"), Some(&Value::BigInt("18446744073709551615".parse().unwrap())));
    assert_eq!(map.get("at"), Some(&Value::Tuple(vec![(-1).into(), 1.into()])));
    assert!(matches!(map.get("by_number"), Some(Value::Pairs(pairs)) if pairs.len() == 2));
    assert_eq!(from_value::<User>(value).unwrap(), user());
}

#[test]
fn number_keys_come_back_from_their_text() {
    let map = Value::Map(Map::from([("1", true), ("20", false)]));
    assert_eq!(from_value::<BTreeMap<u32, bool>>(map).unwrap(), [(1, true), (20, false)].into());
}

#[test]
fn text_is_what_markup_dates_and_uuids_give() {
    let text = |value| from_value::<String>(value).unwrap();
    assert_eq!(text(Value::Markup("<b>".into())), "<b>");
    assert_eq!(
        text(DateTime::from_iso("2024-01-02T03:04:05+01:00").unwrap().into()),
        "2024-01-02T03:04:05+01:00"
    );
    assert_eq!(text(Value::Uuid([0xab; 16])), "abababab-abab-abab-abab-abababababab");
}

#[test]
fn sequences_and_bytes_fill_each_other() {
    let pair = vec![Value::from(1), Value::from(2)];
    assert_eq!(from_value::<Vec<u8>>(Value::Tuple(pair.clone())).unwrap(), [1, 2]);
    assert_eq!(from_value::<(u8, u8)>(Value::List(pair)).unwrap(), (1, 2));
    assert_eq!(from_value::<Vec<u8>>(Value::Bytes(vec![1, 2])).unwrap(), [1, 2]);
    assert!(from_value::<(u8, u8)>(Value::Bytes(vec![1, 2, 3])).is_err());
}

#[test]
fn text_is_borrowed() {
    let value = Value::Map(Map::from([("name", "a name that is too long to be stored inline")]));
    let borrowed: BTreeMap<&str, &str> = from_value_ref(&value).unwrap();
    assert_eq!(borrowed["name"], "a name that is too long to be stored inline");
}

#[test]
fn half_an_emoji_is_no_string() {
    let half = Value::Str(Text::from_utf16(&[0xd83d]));
    let error = from_value::<String>(half.clone()).unwrap_err();
    assert_eq!(error.to_string(), "invalid type: text with a lone surrogate, expected a string");
    assert_eq!(from_value::<Value>(half.clone()).unwrap(), half);
    assert_eq!(serde_json::to_value(&half).unwrap(), json!("\u{fffd}"));
}

#[test]
fn errors_say_what_is_wrong_but_not_what_was_there() {
    let error = from_value::<u64>("hunter2".into()).unwrap_err().to_string();
    assert_eq!(error, "invalid type: string, expected u64");
    let error = from_value::<u8>(Value::Int(777)).unwrap_err().to_string();
    assert_eq!(error, "invalid value: integer, expected u8");
    let error = from_value::<Shape>("hunter2".into()).unwrap_err().to_string();
    assert!(error.contains("Circle") && !error.contains("hunter2"), "{error}");
    assert!(from_value::<Shape>(Value::Int(1)).is_err());
}

#[test]
fn other_formats_get_the_nearest_thing() {
    let value = Value::Map(Map::from([
        ("tuple", Value::Tuple(vec![1.into()])),
        ("markup", Value::Markup("<b>".into())),
        ("uuid", Value::Uuid([0; 16])),
        ("pairs", Value::Pairs(vec![(1.into(), "a".into())])),
        ("big", Value::BigInt("18446744073709551615".parse().unwrap())),
    ]));
    let expected = json!({
        "tuple": [1], "markup": "<b>", "uuid": "00000000-0000-0000-0000-000000000000",
        "pairs": {"1": "a"}, "big": u64::MAX,
    });
    assert_eq!(serde_json::to_value(&value).unwrap(), expected);
    let back: Value = serde_json::from_value(json!({"a": [1, null, u64::MAX, -0.5]})).unwrap();
    let items = vec![
        1.into(),
        Value::Null,
        Value::BigInt("18446744073709551615".parse().unwrap()),
        Value::Float(-0.5),
    ];
    assert_eq!(back, Value::Map(Map::from([("a", Value::List(items))])));
}

#[test]
fn the_parts_of_a_value_are_types_too() {
    let date = DateTime::from_iso("2024-01-02T03:04:05").unwrap();
    assert_eq!(from_value::<DateTime>(to_value(&date).unwrap()).unwrap(), date);
    assert_eq!(from_value::<DateTime>("2024-01-02T03:04:05".into()).unwrap(), date);
    let big: BigInt = "9".repeat(60).parse().unwrap();
    assert_eq!(from_value::<BigInt>(to_value(&big).unwrap()).unwrap(), big);
    assert!(from_value::<Map>(Value::Null).is_err());
}

#[derive(Serialize)]
struct Flattened {
    own: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, u8>,
}

#[derive(Serialize)]
#[serde(tag = "kind")]
enum Tagged {
    Box { width: u8 },
}

#[derive(Serialize)]
struct Cart(BTreeMap<String, u8>);

#[test]
fn what_was_a_struct_is_known() {
    let entries = || BTreeMap::from([("a".to_owned(), 1)]);
    let struct_in_a_map = BTreeMap::from([("a", user())]);
    let marks = |value: Result<Value, _>| structs(&value.unwrap());
    assert_eq!(marks(to_value(&Shape::Circle(0.5))), [true]);
    assert_eq!(marks(to_value(&Shape::Line(1, 2))), [true]);
    assert_eq!(marks(to_value(&Shape::Box { width: 1 })), [true, true]);
    assert_eq!(marks(to_value(&Tagged::Box { width: 1 })), [true]);
    assert_eq!(marks(to_value(&Flattened { own: 1, rest: entries() })), [true]);
    assert_eq!(marks(to_value(&entries())), [false]);
    assert_eq!(marks(to_value(&Cart(entries()))), [false], "serde sees only what is in it");
    assert_eq!(marks(to_value(&struct_in_a_map)).iter().filter(|is_struct| !**is_struct).count(), 1);
    assert_eq!(marks(to_value(&json!({"a": {}}))), [false, false]);
}

#[test]
fn a_struct_reads_and_serializes_as_any_map() {
    let (value, shapes) = (to_value(&user()).unwrap(), user().shapes);
    assert_eq!(
        serde_json::to_value(to_value(&shapes).unwrap()).unwrap(),
        serde_json::to_value(&shapes).unwrap()
    );
    assert_eq!(from_value::<Map>(value.clone()).map(Value::Map), Ok(value.clone()));
    assert_eq!(from_value::<User>(to_value(&value).unwrap()).unwrap(), user());
    assert_eq!(
        to_value(&Flattened { own: 1, rest: BTreeMap::new() }).unwrap(),
        Value::Map(Map::from([("own", 1)]))
    );
}

proptest! {
    #[test]
    fn a_value_comes_back_whole(value in any_plain_value()) {
        for back in [to_value(&value).unwrap(), from_value(value.clone()).unwrap()] {
            prop_assert!(value.is_identical(&back));
            prop_assert_eq!(structs(&value), structs(&back));
        }
    }
}
