use proptest::prelude::*;

use super::*;
use crate::value::arbitrary::any_map;

fn json(value: &Value) -> String {
    String::from_utf8(TaggedJson::default().encode_value(value).unwrap()).unwrap()
}

fn read(text: &str) -> Result<Value, DecodeError> {
    TaggedJson::default().decode_value(text.as_bytes())
}

#[test]
fn only_a_lone_registered_key_is_escaped() {
    let map = |key: &str| Value::Map(Map::from([(key, 1)]));
    assert_eq!(json(&map(" t")), r#"{" di":{" t__":1}}"#);
    assert_eq!(json(&map(" t__")), r#"{" t__":1}"#);
    assert_eq!(json(&map(" x")), r#"{" x":1}"#);
    assert_eq!(json(&Value::Map(Map::from([(" t", 1), (" b", 2)]))), r#"{" b":2," t":1}"#);
    let pair = Value::Pairs(vec![(" t".into(), 1.into())]);
    assert_eq!(json(&pair), r#"{" di":{" t__":1}}"#);
}

#[test]
fn a_tag_holds_what_flask_writes_or_is_refused() {
    for (text, tag) in [
        (r#"{" t":"abc"}"#, TUPLE),
        (r#"{" t":{" b":""}}"#, TUPLE),
        (r#"{" b":"/w"}"#, BYTES),
        (r#"{" b":"/x=="}"#, BYTES),
        (r#"{" b":"_-_-"}"#, BYTES),
        (r#"{" b":1}"#, BYTES),
        (r#"{" u":"{12345678-1234-5678-1234-567812345678}"}"#, UUID),
        (r#"{" u":"ABCDEF78123456781234567812345678"}"#, UUID),
        (r#"{" u":"+2345678123456781234567812345678"}"#, UUID),
        (r#"{" m":["<b>"]}"#, MARKUP),
        (r#"{" d":5}"#, DATE_TIME),
        (r#"{" di":{}}"#, DICT),
        (r#"{" di":{"k":1}}"#, DICT),
        (r#"{" di":{"a__":1,"b__":2}}"#, DICT),
        (r#"{" di":[]}"#, DICT),
    ] {
        assert_eq!(read(text), Err(DecodeError::BadTag { tag }), "{text}");
    }
    // Flask finds no date in what is nothing, and fails on a number.
    for text in [r#"{" d":"no date"}"#, r#"{" d":null}"#, r#"{" d":0}"#, r#"{" d":[]}"#] {
        assert_eq!(read(text), Ok(Value::Null), "{text}");
    }
}

#[test]
fn tags_are_found_after_duplicates_are_resolved() {
    assert_eq!(read(r#"{" t":[1]," t":[2]}"#), Ok(Value::Tuple(vec![2.into()])));
    assert_eq!(read(r#"{" t":[1],"b":2," t":[3]}"#).unwrap().kind(), "dict");
    let Ok(Value::Map(map)) = read(r#"{"a":1,"b":2,"a":3}"#) else { panic!() };
    assert_eq!(map.keys().map(ToString::to_string).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(map.get("a"), Some(&Value::Int(3)));
}

#[test]
fn what_python_reads_and_what_it_does_not() {
    for (text, value) in [
        ("-0", Value::Int(0)),
        ("-0.0", Value::Float(-0.0)),
        ("1E+2", Value::Float(100.0)),
        ("1e400", Value::Float(f64::INFINITY)),
        ("-Infinity", Value::Float(f64::NEG_INFINITY)),
        ("9223372036854775808", Value::BigInt("9223372036854775808".parse().unwrap())),
        (" \r\n\t[ ] ", Value::List(vec![])),
        (r#""\u00e9\ud83d\ude00\/""#, "é😀/".into()),
        (r#""\ud800\u0041""#, Value::Str(Text::from_utf16(&[0xd800, 0x41]))),
        (r#""\ud800\ud800\udc00x""#, Value::Str(Text::from_utf16(&[0xd800, 0xd800, 0xdc00, 0x78]))),
        (r#""\ude00""#, Value::Str(Text::from_utf16(&[0xde00]))),
    ] {
        assert_eq!(read(text).map(|read| read.is_identical(&value)), Ok(true), "{text}");
    }
    for text in [
        "",
        " ",
        "{",
        "[",
        "[1",
        "[1,",
        "[1,]",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "[01]",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "nul",
        "True",
        "nan",
        "-NaN",
        "-Inf",
        "Infinit",
        "\"",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\ud800\\u12\"",
        "\"\n\"",
        "'a'",
        "\u{feff}{}",
        "\u{a0}1",
        "[1}",
        "{\"a\":1]",
        "\u{b}1",
        "//",
    ] {
        assert!(matches!(read(text), Err(DecodeError::Malformed { .. })), "{text:?}: {:?}", read(text));
    }
    assert_eq!(read("{} {}"), Err(DecodeError::TrailingBytes { at: 3 }));
    assert_eq!(TaggedJson::default().decode_value(b"\"\xff\""), Err(DecodeError::NotUtf8 { at: 1 }));
    assert_eq!(read(&"9".repeat(4301)), Err(DecodeError::NumberOutOfRange { at: 0 }));
    assert!(read(&"9".repeat(4300)).is_ok());
}

#[test]
fn bombs_are_refused_at_the_limit() {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(read(&deep(128)).is_ok());
    assert_eq!(read(&deep(129)), Err(DecodeError::TooDeep { limit: 128 }));
    assert_eq!(read(&"{\"a\":".repeat(500_000)[..1 << 20]), Err(DecodeError::TooDeep { limit: 128 }));
    assert_eq!(
        read(&format!("[{}1]", "1,".repeat(100_000))),
        Err(DecodeError::TooManyItems { limit: 100_000 })
    );
    assert_eq!(read(&" ".repeat((1 << 20) + 1)), Err(DecodeError::TooLarge { limit: 1 << 20 }));
    let endless =
        TaggedJson { limits: Limits { depth: usize::MAX, ..Limits::default() }, ..TaggedJson::default() };
    let too_deep = Err(DecodeError::TooDeep { limit: Limits::MAX_DEPTH });
    assert_eq!(endless.decode_value(deep(400_000).as_bytes()), too_deep);
}

#[test]
fn the_limits_hold_for_writing_too() {
    let nested = |levels| (1..levels).fold(Value::List(vec![]), |inner, _| Value::List(vec![inner]));
    let write = |value: &Value| TaggedJson::default().encode_value(value);
    assert!(write(&nested(128)).is_ok());
    assert_eq!(write(&nested(129)), Err(EncodeError::TooDeep { limit: 128 }));
    assert_eq!(
        write(&Value::List(vec![Value::Null; 100_000])),
        Err(EncodeError::TooManyItems { limit: 100_000 })
    );
    assert_eq!(write(&"a".repeat(1 << 20).into()), Err(EncodeError::TooLarge { limit: 1 << 20 }));
}

#[test]
fn keys_that_are_not_text() {
    let pairs = |keys: Vec<Value>| Value::Pairs(keys.into_iter().map(|key| (key, Value::Null)).collect());
    let numbers = pairs(vec![10.into(), Value::Float(2.5), true.into(), Value::Float(f64::NAN)]);
    assert_eq!(json(&numbers), r#"{"true":null,"2.5":null,"10":null,"NaN":null}"#);
    let write = |keys| TaggedJson::default().encode_value(&pairs(keys));
    assert_eq!(write(vec![1.into(), "a".into()]), Err(EncodeError::MixedKeys));
    assert_eq!(write(vec![Value::Tuple(vec![])]), Err(EncodeError::UnsupportedKey { kind: "tuple" }));
}

#[test]
fn half_a_pair_is_written_as_an_escape_or_not_at_all() {
    let lone = Value::Str(Text::from_utf16(&[0x22, 0xdc00, 0x7f, 0xd83d, 0xde00]));
    assert_eq!(json(&lone), r#""\"\udc00\u007f\ud83d\ude00""#);
    let utf8 = TaggedJson { ensure_ascii: false, ..TaggedJson::default() };
    assert_eq!(utf8.encode_value(&lone), Err(EncodeError::LoneSurrogate));
}

/// What Flask gives back: sorted, dates to the second in UTC, keys as text.
fn through_flask(value: &Value) -> Option<Value> {
    Some(match value {
        Value::DateTime(date) => {
            let year = date.to_iso().get(..4)?.parse::<i32>().ok()?;
            if !(102..9998).contains(&year) {
                return None;
            }
            DateTime::aware(date.utc_seconds(), 0, 0)?.into()
        }
        Value::Float(float) if float.is_nan() => Value::Float(f64::NAN),
        Value::List(items) => Value::List(items.iter().map(through_flask).collect::<Option<_>>()?),
        Value::Tuple(items) => Value::Tuple(items.iter().map(through_flask).collect::<Option<_>>()?),
        Value::Map(map) => Value::Map(map_through_flask(map)?),
        Value::Pairs(_) | Value::Opaque(_) => return None,
        other => other.clone(),
    })
}

fn map_through_flask(map: &Map) -> Option<Map> {
    let mut entries: Vec<(Text, Value)> =
        map.iter().map(|(key, value)| Some((key.clone(), through_flask(value)?))).collect::<Option<_>>()?;
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    Some(entries.into_iter().collect())
}

proptest! {
    #[test]
    fn a_session_comes_back_as_flask_gives_it_back(map in any_map()) {
        if let Some(expected) = map_through_flask(&map) {
            let json = TaggedJson::default().encode(&map).unwrap();
            prop_assert!(json.is_ascii());
            prop_assert!(TaggedJson::default().decode(&json).unwrap().is_identical(&expected));
        }
    }

    #[test]
    fn no_input_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200),
                                       text in "[\\[\\]{}\":,\\\\ tbumdi_a-fu0-9.eE+NaInfity-]{0,80}") {
        let _ = TaggedJson::default().decode_value(&bytes);
        let _ = read(&text);
    }

    #[test]
    fn no_damage_makes_the_reader_panic(map in any_map(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        if let Ok(mut json) = (TaggedJson { sort_keys: false, ..TaggedJson::default() }).encode(&map) {
            let at = at.index(json.len());
            let _ = TaggedJson::default().decode(&json[..at]);
            json[at] = byte;
            let _ = TaggedJson::default().decode(&json);
        }
    }
}
