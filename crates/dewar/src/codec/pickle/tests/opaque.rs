//! Opaque values are written as they were read.

use sha2::{Digest, Sha256};

use super::*;

const SESSIONS: &str = include_str!("opaque.txt");

fn lines() -> impl Iterator<Item = Vec<Option<Vec<u8>>>> {
    let lines = SESSIONS.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').map(|pickle| (pickle != "-").then(|| hex(pickle))).collect())
}

#[test]
fn opaque_values_come_back_byte_for_byte_when_another_key_is_changed() {
    let mut count = 0;
    for (number, pickles) in lines().enumerate() {
        let newest = pickles[5].as_ref().unwrap();
        for pickle in pickles.iter().flatten() {
            let decoded = Pickle::default().decode(pickle);
            let mut session =
                decoded.unwrap_or_else(|error| panic!("line {number}: {error}: {}", pickle.escape_ascii()));
            assert_eq!(Pickle::default().encode(&session).as_ref(), Ok(newest), "line {number}");
            session.insert("n", 2);
            let changed = Pickle::default().encode(&session).unwrap();
            assert_eq!(changed.len(), newest.len(), "line {number}");
            let differing = changed.iter().zip(newest).filter(|(ours, theirs)| ours != theirs).count();
            assert_eq!(differing, 1, "line {number}: the 1 that became a 2");
        }
        count += 1;
    }
    assert_eq!(count, 50);
}

/// `session[7] = …`, as a Python program may have it.
#[test]
fn keys_that_are_not_text_are_there_when_another_key_is_changed() {
    // CPython's {7: "seven", "user": 1, (1, None): [2]}, and the same with "user" set to 2.
    let theirs = |user: u8| {
        let head = b"\x80\x05\x95\x22\0\0\0\0\0\0\0}\x94(K\x07\x8c\x05seven\x94\x8c\x04user\x94K";
        [&head[..], &[user], b"K\x01N\x86\x94]\x94K\x02au."].concat()
    };
    let mut session = Pickle::default().decode(&theirs(1)).unwrap();
    assert_eq!((session.len(), session.get("user")), (3, Some(&Value::Int(1))));
    session.insert("user", 2);
    assert_eq!(Pickle::default().encode(&session), Ok(theirs(2)));
    for codec in [crate::codec::MsgPack::default(), crate::codec::MsgPack::native()] {
        let back = codec.decode(&codec.encode(&session).unwrap()).unwrap();
        assert_eq!(Pickle::default().encode(&back), Ok(theirs(2)));
    }
    let json = crate::codec::Json::default().encode(&Map::from_pairs(vec![(7.into(), 1.into())]));
    assert_eq!(json.unwrap(), br#"{"7":1}"#);
}

/// Native records keep them, too.
#[test]
fn a_session_that_moves_to_native_records_and_back_is_the_same() {
    for (number, pickles) in lines().enumerate() {
        let newest = pickles[5].as_ref().unwrap();
        let session = Pickle::default().decode(newest).unwrap();
        let native = crate::codec::MsgPack::native();
        let back = native.decode(&native.encode(&session).unwrap()).unwrap();
        assert_eq!(Pickle::default().encode(&back).as_ref(), Ok(newest), "line {number}");
    }
}

#[test]
fn the_limits_hold_for_opaque_values() {
    for pickles in lines() {
        let newest = pickles[5].as_ref().unwrap();
        let session = Pickle::default().decode(newest).unwrap();
        for items in 0..60 {
            for depth in [1, 2, 3, 5, 128] {
                let codec = Pickle::default().with_limits(Limits { items, depth, ..Limits::default() });
                if let Ok(bytes) = codec.encode(&session) {
                    assert!(codec.decode(&bytes).is_ok(), "{items} {depth} {session:?}");
                }
            }
        }
    }
}

/// SHA-256 of what CPython 3.11 writes: batches of a thousand, different for each type.
#[test]
fn batches_are_those_of_cpython() {
    use crate::value::{Class, Instance, Object, Opaque};
    let numbers = |count| (0..count).map(Value::Int).collect::<Vec<_>>();
    let deque = |count| {
        Object::Instance(Instance {
            class: Class::Deque,
            arguments: vec![],
            items: numbers(count),
            entries: vec![],
        })
    };
    let entries = (0..1001).map(|at| (format!("{at}k").into(), Value::Int(at))).collect();
    let ordered =
        Object::Instance(Instance { class: Class::OrderedDict, arguments: vec![], items: vec![], entries });
    for (key, object, digest) in [
        ("deque1000", deque(1000), "3f2b9bba1b1335a102de19e34a762c92c74e614544f49680cec05dcc8ff2d539"),
        ("deque1001", deque(1001), "c67b4c326a67e0b7486649cb15b7b77700cea8d2e0e61ecdf252fa567fce5ca4"),
        (
            "set1000",
            Object::Set(numbers(1000)),
            "68fbc7f6250296f2840063021ce94593956179ecd490556876445ac4f0c9602e",
        ),
        (
            "set1001",
            Object::Set(numbers(1001)),
            "a03f39b2eb1804c3148442346ff8fec81edb47d8aeb1205c359a199c5e121ec3",
        ),
        ("od1001", ordered, "49ee9a8641a366b20c450e8486ac5485e4d706fa3d33c80402031b85f1a805c8"),
        (
            "ba64",
            Object::ByteArray(vec![b'x'; 70_000]),
            "19142d6eedd9d12e57d353ccbcefc998ae32a0713cad9cb06c50474692195bdc",
        ),
    ] {
        let session = Map::from([(key, Value::Opaque(Opaque::new(object))), ("n", Value::Int(1))]);
        let bytes = Pickle::default().encode(&session).unwrap();
        assert!(Sha256::digest(&bytes).as_slice() == hex(digest), "{key}");
        assert_eq!(Pickle::default().decode(&bytes), Ok(session), "{key}");
    }
}
