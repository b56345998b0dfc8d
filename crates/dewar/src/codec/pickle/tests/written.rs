//! What CPython writes, and that we write the same.

use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::value::arbitrary::{any_map, any_value, holds};

const SESSIONS: &str = include_str!("cpython.txt");

#[test]
fn every_protocol_reads_the_same_and_the_newest_is_written_byte_for_byte() {
    let lines: Vec<&str> = SESSIONS.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.len(), 60);
    for (number, line) in lines.into_iter().enumerate() {
        let pickles: Vec<Vec<u8>> = line.split(' ').map(hex).collect();
        let session = Pickle::default().decode(&pickles[5]).unwrap();
        for pickle in &pickles {
            assert!(Pickle::default().decode(pickle).unwrap().is_identical(&session), "line {number}");
        }
        assert_eq!(Pickle::default().encode(&session).as_ref(), Ok(&pickles[5]), "line {number}");
    }
}

/// SHA-256 of what CPython 3.11 writes: batches of a thousand (and an empty one more after a full one of a
/// dict), and frames that are cut at 64 KiB.
#[test]
fn batches_and_frames_are_those_of_cpython() {
    let dict = |count| Map::from_iter((0..count).map(|at| (format!("k{at}"), Value::Int(at))));
    let list = |count| Map::from([("", Value::List((0..count).map(Value::Int).collect()))]);
    let text = |len| Map::from([("t", Value::Str("a".repeat(len).into())), ("after", Value::Int(1))]);
    let bytes = |len| Map::from([("b", Value::Bytes(vec![0; len])), ("after", Value::Int(1))]);
    let frames = Map::from_iter((0..1500).map(|at| (format!("k{at}"), "v".repeat(200) + &at.to_string())));
    let one = |at| Value::List(vec![format!("{at}!").into()]);
    let mut numbers = Map::from_iter((0..300).map(|at| (format!("k{at}"), one(at))));
    numbers.insert("a", "a");
    for (name, session, digest) in [
        ("dict 999", dict(999), "14c6b13bb3f579500f8ba9e8a115844ab4065f38feaea741317390d596c1641e"),
        ("dict 1000", dict(1000), "8ed5f1258fc14f3c7fb3d694967351aa6376aa38a79f34532c48c2c904a03f8c"),
        ("dict 1001", dict(1001), "b57fb0451f0769abeb6940f786e49ee2678829119b30333bf9ea414fe79acce3"),
        ("dict 2000", dict(2000), "87e91f03ea19ca4cd83556161e972cac1cd789eccf69065573afc6d49ef8b1e7"),
        ("list 999", list(999), "f1d293b29098b0570c6970ccce3e27168ae442c8b97aafe04459ab0dfab4f5fd"),
        ("list 1000", list(1000), "96b1805090641d2589e627f43a4abf75fd03940078585b3c6bbe2ee8ed887937"),
        ("list 1001", list(1001), "7da171dd93a9878bb098fe58e8374a3d01a3c8d41d1e843fb2cd25a877ad15b8"),
        ("text 65535", text(65_535), "90fafc5227e82bedca370fdb21bb4ec0335ef204550bdd5862a0fb5f7e9f1fc5"),
        ("text 65536", text(65_536), "f0cc7c97df5fa24b3cb6c33cd2bdd51e83bece8817450f5cdb66547fae86c68d"),
        ("bytes 65535", bytes(65_535), "406cbe2cbfa45e10b1437aa839be52824524271a72d71b56c6aa9a55259a0bfb"),
        ("bytes 65536", bytes(65_536), "901b22d2b2502c56a8ee928b08186160b694648ecb837e27e3dbeb0e0f2a817d"),
        ("frames", frames, "d0529b3c34b4455b2d3c0f4cea379aa79483632c6ab0a4db5937ffe1a8dfea3a"),
        ("numbers", numbers, "228a2a4059d2fe3e5ea6f41ba8a19e35b1481268b8816dd8b26571d421d642be"),
    ] {
        let bytes = Pickle::default().encode(&session).unwrap();
        assert!(Sha256::digest(&bytes).as_slice() == hex(digest), "{name}");
        assert_eq!(Pickle::default().decode(&bytes), Ok(session), "{name}");
    }
}

#[test]
fn a_key_that_cannot_be_hashed_is_not_written() {
    for (key, kind) in [
        (Value::List(vec![]), "list"),
        (Value::Map(Map::new()), "dict"),
        (Value::Tuple(vec![Value::List(vec![])]), "tuple"),
    ] {
        let pairs = Value::Pairs(vec![(key, Value::Null)]);
        assert_eq!(Pickle::default().encode_value(&pairs), Err(EncodeError::UnsupportedKey { kind }));
    }
}

#[test]
fn what_is_written_at_a_limit_is_read() {
    let pickles =
        SESSIONS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split(' ').nth(5));
    let sessions = pickles.map(|pickle| Value::Map(Pickle::default().decode(&hex(pickle)).unwrap()));
    let session = Map::from_iter(sessions.enumerate().map(|(at, session)| (at.to_string(), session)));
    let len = Pickle::default().encode(&session).unwrap().len();
    let mut written = 0;
    for limits in (0..1200).map(|items| Limits { items, ..Limits::default() }).chain([
        Limits { bytes: len, ..Limits::default() },
        Limits { bytes: len - 1, ..Limits::default() },
        Limits { depth: 1, ..Limits::default() },
    ]) {
        let codec = Pickle::default().with_limits(limits);
        if let Ok(bytes) = codec.encode(&session) {
            assert!(codec.decode(&bytes).is_ok(), "{limits:?}");
            written += 1;
        }
    }
    assert!((2..1200).contains(&written), "{written}");
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(map in any_map()) {
        if let Ok(bytes) = Pickle::default().encode(&map) {
            let once = Pickle::default().decode(&bytes).unwrap();
            prop_assert!(once.is_identical(&map) || holds_pairs(&Value::Map(map)));
        }
    }

    #[test]
    fn what_is_read_is_kept(value in any_value()) {
        let codec = Pickle::default();
        if let Ok(bytes) = codec.encode_value(&value) {
            let once = codec.decode_value(&bytes).unwrap();
            let twice = codec.decode_value(&codec.encode_value(&once).unwrap()).unwrap();
            prop_assert!(once.is_identical(&twice));
            if !holds_pairs(&value) {
                prop_assert!(once.is_identical(&value));
            }
        }
    }

    #[test]
    fn no_input_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_order_of_opcodes_makes_the_reader_panic(
        parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..60)
    ) {
        let _ = read(&parts.concat());
    }

    #[test]
    fn no_damage_makes_the_reader_panic(map in any_map(), at in any::<proptest::sample::Index>(), byte in any::<u8>()) {
        if let Ok(mut bytes) = Pickle::default().encode(&map) {
            let at = at.index(bytes.len());
            prop_assert!(Pickle::default().decode(&bytes[..at]).is_err());
            bytes[at] = byte;
            let _ = read(&bytes);
        }
    }
}

/// A dict of pairs comes back as a map if all its keys are text.
fn holds_pairs(value: &Value) -> bool {
    holds(value, &|value| matches!(value, Value::Pairs(_)))
}

/// Opcodes with their arguments, to be put in any order.
const PARTS: &[&[u8]] = &[
    b"(",
    b".",
    b"0",
    b"1",
    b"2",
    b"N",
    b"K\x01",
    b"]",
    b"}",
    b")",
    b"\x8f",
    b"a",
    b"e",
    b"s",
    b"u",
    b"d",
    b"l",
    b"t",
    b"\x85",
    b"\x86",
    b"\x87",
    b"\x90",
    b"\x91",
    b"\x94",
    b"h\x00",
    b"h\x01",
    b"q\x00",
    b"p1\n",
    b"g1\n",
    b"R",
    b"b",
    b"\x81",
    b"\x93",
    b"\x8c\x04uuid",
    b"\x8c\x04UUID",
    b"cuuid\nUUID\n",
    b"cdatetime\ntimedelta\n",
    b"c_codecs\nencode\n",
    b"cdatetime\ndatetime\n",
    b"cdatetime\ntimezone\n",
    b"cbuiltins\nset\n",
    b"ccollections\nOrderedDict\n",
    b"C\x0a\x07\xe8\x01\x02\x03\x04\x05\x00\x00\x00",
    b"X\x06\0\0\0latin1",
    b"X\x03\0\0\0int",
    b"ccopyreg\n_reconstructor\n",
];
