//! The many ways in which Python has written one thing.

use super::*;
use crate::value::{DateTime, Text, from_value_ref};

#[test]
fn every_spelling_is_read() {
    let big = |digits: &str| Value::BigInt(digits.parse().unwrap());
    let list = |items: &[Value]| Value::List(items.to_vec());
    let tuple = |items: &[Value]| Value::Tuple(items.to_vec());
    for (pickle, value) in [
        (&b"N."[..], Value::Null),
        (b"I00\n.", false.into()),
        (b"I01\n.", true.into()),
        (b"\x80\x02\x88.", true.into()),
        (b"I0\n.", 0.into()),
        (b"I-7\n.", (-7).into()),
        (b"I9223372036854775808\n.", big("9223372036854775808")),
        (b"L-7L\n.", (-7).into()),
        (b"L7\n.", 7.into()),
        (b"J\xff\xff\xff\xff.", (-1).into()),
        (b"M\xff\xff.", 65_535.into()),
        (b"\x8a\x00.", 0.into()),
        (b"\x8a\x02\xff\xff.", (-1).into()),
        (b"\x8b\x01\0\0\0\x80.", (-128).into()),
        (b"F-1.5e3\n.", (-1500.0).into()),
        (b"Finf\n.", f64::INFINITY.into()),
        (b"G\x3f\xf8\0\0\0\0\0\0.", 1.5.into()),
        (b"S'caf\\xc3\\xa9'\n.", "caf\u{e9}".into()),
        (b"S'\\xff'\np0\n.", Value::Bytes(vec![0xff])),
        (b"U\x01a.", "a".into()),
        (b"T\x01\0\0\0\xff.", Value::Bytes(vec![0xff])),
        (b"V\\u20ac\xe9\n.", "\u{20ac}\u{e9}".into()),
        (b"X\x03\0\0\0\xed\xa0\x80.", Text::from_utf16(&[0xd800]).into()),
        (b"\x8d\x01\0\0\0\0\0\0\0a.", "a".into()),
        (b"\x8e\x01\0\0\0\0\0\0\0a.", Value::Bytes(vec![b'a'])),
        (b"c_codecs\nencode\n(V\xff\nVlatin1\ntR.", Value::Bytes(vec![0xff])),
        (b"c__builtin__\nbytes\n)R.", Value::Bytes(vec![])),
        (b"(I1\nI2\nl.", list(&[1.into(), 2.into()])),
        (b"(lp0\nI1\naI2\na.", list(&[1.into(), 2.into()])),
        (b"(t.", tuple(&[])),
        (b"NN\x86.", tuple(&[Value::Null, Value::Null])),
        (b"(Va\nI1\nd.", Value::Map(Map::from([("a", 1)]))),
        (b"(I1\nI2\nd.", Value::Pairs(vec![(1.into(), 2.into())])),
        (b"(NN0lp3\n0g3\n.", list(&[Value::Null])),
        (b"K\x01(NN1.", 1.into()),
        (b"N(0.", Value::Null),
        (b"]2K\x01a0.", list(&[1.into()])),
    ] {
        assert_eq!(read(pickle), Ok(value), "{}", pickle.escape_ascii());
    }
}

/// Opaque values in older protocols are written in the newest.
#[test]
fn every_spelling_of_opaque_values() {
    for (pickle, kind, written) in [
        (&b"\x96\x01\0\0\0\0\0\0\0a."[..], "bytearray", &b"\x96\x01\0\0\0\0\0\0\0a\x94."[..]),
        (b"cbuiltins\nbytearray\nC\x01a\x85R.", "bytearray", b"\x96\x01\0\0\0\0\0\0\0a\x94."),
        (b"c__builtin__\nbytearray\n(Va\nVlatin-1\ntR.", "bytearray", b"\x96\x01\0\0\0\0\0\0\0a\x94."),
        (b"\x80\x04\x8f(K\x01K\x02\x90.", "set", b"\x8f\x94(K\x01K\x02\x90."),
        (b"c__builtin__\nset\n]K\x01a\x85R.", "set", b"\x8f\x94(K\x01\x90."),
        (b"\x80\x04(K\x01\x91.", "frozenset", b"(K\x01\x91\x94."),
        (b"c__builtin__\nfrozenset\n]K\x01a\x85R.", "frozenset", b"(K\x01\x91\x94."),
        (b"ccollections\nOrderedDict\n)RVa\nI1\ns.", "OrderedDict", ORDERED),
        (b"ccollections\nOrderedDict\n((l(lVa\naI1\naatR.", "OrderedDict", ORDERED),
        (b"cdecimal\nDecimal\n(V1.50\ntR.", "Decimal", b"\x8c\x07decimal\x94\x8c\x07Decimal\x94\x93\x94\x8c\x041.50\x94\x85\x94R\x94."),
        (b"cdatetime\ndate\nU\x04\x07\x09\x01\x02\x85R.", "date", b"\x8c\x08datetime\x94\x8c\x04date\x94\x93\x94C\x04\x07\x09\x01\x02\x94\x85\x94R\x94."),
        (b"c__builtin__\ncomplex\nG\0\0\0\0\0\0\0\0G\0\0\0\0\0\0\0\0\x86R.", "complex", b"\x8c\x08builtins\x94\x8c\x07complex\x94\x93\x94G\0\0\0\0\0\0\0\0G\0\0\0\0\0\0\0\0\x86\x94R\x94."),
        (b"ccollections\ndeque\n]I1\na\x85R.", "deque", b"\x8c\x0bcollections\x94\x8c\x05deque\x94\x93\x94)R\x94K\x01a."),
        (b"ccollections\ndefaultdict\nc__builtin__\nint\n\x85RVa\nI1\ns.", "defaultdict", b"\x8c\x0bcollections\x94\x8c\x0bdefaultdict\x94\x93\x94\x8c\x08builtins\x94\x8c\x03int\x94\x93\x94\x85\x94R\x94\x8c\x01a\x94K\x01s."),
    ] {
        let value = read(pickle).unwrap();
        assert_eq!(value.kind(), kind, "{}", pickle.escape_ascii());
        let bytes = Pickle::default().encode_value(&value).unwrap();
        assert!(bytes.ends_with(written), "{} {}", pickle.escape_ascii(), bytes.escape_ascii());
        assert_eq!(read(&bytes), Ok(value));
    }
}

const ORDERED: &[u8] = b"\x8c\x0bcollections\x94\x8c\x0bOrderedDict\x94\x93\x94)R\x94\x8c\x01a\x94K\x01s.";

#[test]
fn datetimes_of_python_2_and_of_other_zones() {
    let date = |iso: &str| Ok(Value::DateTime(DateTime::from_iso(iso).unwrap()));
    let state = b"\x07\xe8\x01\x02\x03\x04\x05\x00\x00\x07";
    let with = |head: &[u8], rest: &[u8]| [head, state, rest].concat();
    let expected = date("2024-01-02T03:04:05.000007");
    assert_eq!(read(&with(b"cdatetime\ndatetime\nU\x0a", b"\x85R.")), expected);
    assert_eq!(read(&with(b"cdatetime\ndatetime\nC\x0a", b"\x85R.")), expected);
    let of_1800 = b"cdatetime\ndatetime\nU\x0a\x07\x08\x01\x02\x03\x04\x05\x00\x00\x00\x85R.";
    assert_eq!(read(of_1800), date("1800-01-02T03:04:05"));
    let zone =
        b"cdatetime\ntimezone\ncdatetime\ntimedelta\nJ\xff\xff\xff\xffJ\x70\x43\x01\x00K\x00\x87R\x85R\x86R.";
    let aware = read(&with(b"cdatetime\ndatetime\nC\x0a", zone));
    assert_eq!(aware, date("2024-01-02T03:04:05.000007-01:00"));
}

#[test]
fn a_uuid_however_its_safety() {
    let uuid = |state: &[u8]| read(&[b"cuuid\nUUID\n)\x81}(", state, b"ub."].concat());
    let seven = Ok(Value::Uuid(7_u128.to_be_bytes()));
    assert_eq!(uuid(b"Vint\nK\x07"), seven);
    let known = uuid(b"Vint\nK\x07Vis_safe\nJ\xff\xff\xff\xff").unwrap();
    assert_eq!((known.kind(), from_value_ref::<String>(&known).unwrap().ends_with("0007")), ("UUID", true));
    assert_eq!(uuid(b"S'int'\nL7L\nVis_safe\nN"), seven);
    for bad in [&b""[..], b"Vint\nJ\xff\xff\xff\xff", b"Vint\nK\x07Vhex\nVx\n", b"Vint\nVx\n", b"K\x01K\x01"]
    {
        assert!(matches!(uuid(bad), Err(DecodeError::NotPlainData { .. })), "{bad:?}");
    }
    let longer = b"Vint\n\x8a\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01";
    assert!(uuid(longer).is_err());
}

#[test]
fn what_is_shared_is_there_twice_and_as_it_was_filled_in_the_end() {
    let twice = read(b"](]q\x01h\x01eh\x01K\x07a0.");
    let seven = Value::List(vec![Value::Int(7)]);
    assert_eq!(twice, Ok(Value::List(vec![seven.clone(), seven])));
}

#[test]
fn a_key_that_comes_twice_keeps_its_place() {
    let Ok(Value::Map(map)) = read(b"}(Vb\nK\x01Va\nK\x02Vb\nK\x03u.") else { panic!() };
    let values: Vec<Value> = map.iter().map(|(_, value)| value.clone()).collect();
    assert_eq!(values, [Value::Int(3), Value::Int(2)]);
}
