use proptest::prelude::*;

use super::*;
use crate::value::arbitrary::{any_map, any_value, structs};
use crate::value::{DateTime, Text};

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] << 4 | pair[1]) as u8).collect()
}

fn read(hex: &str) -> Result<Value, DecodeError> {
    MsgPack::default().decode_value(&bytes(hex))
}

fn date(iso: &str) -> Value {
    DateTime::from_iso(iso).unwrap().into()
}

#[test]
fn every_form_is_read_not_only_the_smallest() {
    for (hex, value) in [
        ("d2 00000001", Value::Int(1)),
        ("d3 ffffffffffffffff", Value::Int(-1)),
        ("cf 7fffffffffffffff", Value::Int(i64::MAX)),
        ("cf 8000000000000000", Value::BigInt("9223372036854775808".parse().unwrap())),
        ("ca 3fc00000", Value::Float(1.5)),
        ("db 00000001 61", "a".into()),
        ("c6 00000001 61", Value::Bytes(vec![0x61])),
        ("dd 00000001 c0", Value::List(vec![Value::Null])),
        ("df 00000001 a161 c3", Value::Map(Map::from([("a", true)]))),
        ("c7 04 ff 00000000", date("1970-01-01T00:00:00Z")),
        ("c7 0c ff 00000000 fffffffffffffffe", date("1969-12-31T23:59:58Z")),
    ] {
        assert_eq!(read(hex), Ok(value), "{hex}");
    }
}

#[test]
fn keys_of_any_kind() {
    let pairs = |pairs: &[(Value, Value)]| Ok(Value::Pairs(pairs.to_vec()));
    assert_eq!(read("82 a161 01 02 03"), pairs(&[("a".into(), 1.into()), (2.into(), 3.into())]));
    let nested = Value::Tuple(vec![1.into(), Value::Tuple(vec![])]);
    assert_eq!(read("81 92 01 90 c0"), pairs(&[(nested, Value::Null)]));
    assert!(matches!(read("81 80 01"), Err(DecodeError::Malformed { .. })));
    assert!(matches!(read("81 91 80 01"), Err(DecodeError::Malformed { .. })));
    let Ok(Value::Map(map)) = read("83 a162 01 a161 02 a162 03") else { panic!() };
    assert_eq!(
        map.iter().map(|(_, value)| value.clone()).collect::<Vec<_>>(),
        [Value::Int(3), Value::Int(2)]
    );
}

#[test]
fn what_is_refused() {
    for (hex, error) in [
        ("c1", DecodeError::Malformed { at: 1, expected: "a type of MessagePack" }),
        ("", DecodeError::Malformed { at: 0, expected: "more bytes" }),
        ("a2 61", DecodeError::Malformed { at: 1, expected: "more bytes" }),
        ("c0 c0", DecodeError::TrailingBytes { at: 1 }),
        ("a2 61ff", DecodeError::NotUtf8 { at: 2 }),
        ("a3 eda080", DecodeError::NotUtf8 { at: 1 }),
        ("d7 ff ffffffffffffffff", DecodeError::BadExtension { code: -1 }),
        ("c7 0c ff 00000000 7fffffffffffffff", DecodeError::BadExtension { code: -1 }),
    ] {
        assert_eq!(read(hex), Err(error), "{hex}");
    }
}

/// msgspec gives its program an `Ext`, and writes it again.
#[test]
fn an_extension_type_of_another_program_stays_as_it_is() {
    for hex in ["d4 05 00", "c7 00 01", "91 c7 00 01", "82 a1 61 01 a1 62 d6 2a 01020304"] {
        let value = read(hex).unwrap();
        assert_eq!(MsgPack::default().encode_value(&value), Ok(bytes(hex)), "{hex}");
        let native = MsgPack::native().encode_value(&value).unwrap();
        assert_eq!(MsgPack::native().decode_value(&native), Ok(value), "{hex}");
    }
    assert!(matches!(read("81 d4 05 00 01"), Err(DecodeError::Malformed { .. })), "no key in Python");
}

#[test]
fn the_native_dialect_refuses_what_it_does_not_write() {
    let read = |hex: &str| MsgPack::native().decode_value(&bytes(hex));
    assert!(matches!(read("81 01 02"), Err(DecodeError::Malformed { .. })));
    assert!(matches!(read("92 c7 00 02 01"), Err(DecodeError::Malformed { .. })));
    assert_eq!(read("c7 00 01"), Err(DecodeError::BadExtension { code: 1 }));
    assert_eq!(read("c7 03 07 000000"), Err(DecodeError::BadExtension { code: 7 }));
    assert_eq!(read("c7 03 04 000000"), Err(DecodeError::BadExtension { code: 4 }));
    assert_eq!(read("d4 0a 31"), Err(DecodeError::BadExtension { code: 10 }));
    assert_eq!(read("d8 09 7fffffff 00000000 00000000 00000000"), Err(DecodeError::BadExtension { code: 9 }));
}

#[test]
fn a_length_is_not_believed() {
    for head in ["dd ffffffff", "df ffffffff", "dd 00010000", "db ffffffff", "c6 ffffffff", "c9 ffffffff 01"]
    {
        let (plain, native) = (read(head), MsgPack::native().decode_value(&bytes(head)));
        assert!(plain.is_err() && native == plain, "{head}: {plain:?}");
    }
    // Each of these claims all that follows.
    let claims = "dd 00018000".repeat(70) + &"c0".repeat(0x18000);
    assert!(read(&claims).is_err());
    assert_eq!(read(&("91".repeat(129) + "c0")), Err(DecodeError::TooDeep { limit: 128 }));
    assert_eq!(
        read(&("dd 000186a1".to_owned() + &"c0".repeat(100_001))),
        Err(DecodeError::TooManyItems { limit: 100_000 })
    );
}

#[test]
fn what_is_written_at_the_limit_is_read() {
    let limits = Limits { items: 7, ..Limits::default() };
    let value = Value::Map(Map::from([("a", Value::Tuple(vec![1.into(), 2.into()])), ("b", Value::Null)]));
    for codec in [MsgPack::default(), MsgPack::native()] {
        for items in 0..12 {
            let codec = codec.with_limits(Limits { items, ..limits });
            if let Ok(bytes) = codec.encode_value(&value) {
                assert!(codec.decode_value(&bytes).is_ok(), "{items}");
            }
            let unlimited = codec.with_limits(Limits::default()).encode_value(&value).unwrap();
            assert_eq!(codec.decode_value(&unlimited).is_ok(), codec.encode_value(&value).is_ok(), "{items}");
        }
    }
}

#[test]
fn what_msgspec_does_not_write() {
    let write = |value| MsgPack::default().encode_value(&value);
    assert_eq!(write(Value::Markup("x".into())), Err(EncodeError::Unsupported { kind: "Markup" }));
    assert_eq!(write(Value::Str(Text::from_utf16(&[0xd800]))), Err(EncodeError::LoneSurrogate));
    assert_eq!(
        write(Value::BigInt("18446744073709551616".parse().unwrap())),
        Err(EncodeError::IntegerOutOfRange)
    );
    assert_eq!(write(date("0001-01-01T00:00:00+01:00")), Err(EncodeError::DateOutOfRange));
    let keyed = |key| Value::Pairs(vec![(key, Value::Null)]);
    assert_eq!(write(keyed(Value::List(vec![]))), Err(EncodeError::UnsupportedKey { kind: "list" }));
    let in_tuple = Value::Tuple(vec![Value::Map(Map::new())]);
    assert_eq!(write(keyed(in_tuple)), Err(EncodeError::UnsupportedKey { kind: "tuple" }));
}

#[test]
fn hex_digits_take_half() {
    for (text, len) in [
        ("0123456789abcdef", 2 + 8),
        ("01234567", 2 + 4),
        ("012345678", 1 + 9),
        ("0123456", 1 + 7),
        ("0123456789ABCDEF", 1 + 16),
        ("0123456789abcdeg", 1 + 16),
    ] {
        let bytes = MsgPack::native().encode_value(&text.into()).unwrap();
        assert_eq!(bytes.len(), len, "{text}");
        assert_eq!(MsgPack::native().decode_value(&bytes), Ok(text.into()));
    }
    let long: Value = "0123456789abcdef".repeat(5000).into();
    let bytes = MsgPack::native().encode_value(&long).unwrap();
    assert_eq!((bytes.len(), MsgPack::native().decode_value(&bytes)), (40_004, Ok(long)));
}

#[test]
fn a_struct_is_written_with_a_wider_head() {
    let map = |len: usize| (0..len).map(|number| (number.to_string(), 1)).collect::<Map>();
    for (len, plain, wide) in [
        (0, "80", "de 0000"),
        (15, "8f", "de 000f"),
        (16, "de 0010", "df 00000010"),
        (300, "de 012c", "df 0000012c"),
    ] {
        let [as_map, as_struct] = [map(len), map(len).into_struct()].map(Value::Map);
        for (codec, value, head) in [
            (MsgPack::native(), &as_map, plain),
            (MsgPack::native(), &as_struct, wide),
            (MsgPack::default(), &as_struct, plain),
        ] {
            let written = codec.encode_value(value).unwrap();
            assert!(written.starts_with(&bytes(head)), "{len}: {head}");
            assert_eq!(structs(&codec.decode_value(&written).unwrap()), [head == wide], "{len}: {head}");
        }
        // Other readers read a map.
        let wide = MsgPack::native().encode_value(&as_struct).unwrap();
        assert_eq!(structs(&MsgPack::default().decode_value(&wide).unwrap()), [false]);
    }
}

proptest! {
    #[test]
    fn the_native_dialect_keeps_everything(map in any_map()) {
        let bytes = MsgPack::native().encode(&map).unwrap();
        let back = MsgPack::native().decode(&bytes).unwrap();
        prop_assert!(back.is_identical(&map));
        prop_assert_eq!(structs(&Value::Map(back)), structs(&Value::Map(map)));
    }

    #[test]
    fn what_msgspec_writes_is_read_again(value in any_value()) {
        let codec = MsgPack::default();
        if let Ok(bytes) = codec.encode_value(&value) {
            let once = codec.decode_value(&bytes).unwrap();
            let twice = codec.decode_value(&codec.encode_value(&once).unwrap()).unwrap();
            prop_assert!(once.is_identical(&twice));
        }
    }

    #[test]
    fn no_input_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = (MsgPack::default().decode_value(&bytes), MsgPack::native().decode_value(&bytes));
    }

    #[test]
    fn no_damage_makes_the_reader_panic(map in any_map(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = MsgPack::native().encode(&map).unwrap();
        let at = at.index(bytes.len());
        prop_assert!(MsgPack::native().decode(&bytes[..at]).is_err());
        bytes[at] = byte;
        let _ = (MsgPack::default().decode(&bytes), MsgPack::native().decode(&bytes));
    }
}
