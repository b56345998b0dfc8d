//! Every target on stable Rust: random bytes, and what the real Flask wrote, damaged.
#![expect(clippy::unwrap_used, reason = "vectors that are no JSON fail the test")]

use std::sync::OnceLock;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

macro_rules! properties {
    ($($target:ident: $cases:literal),* $(,)?) => {$(
        #[test]
        fn $target() {
            let config = ProptestConfig { cases: $cases, failure_persistence: None, ..ProptestConfig::default() };
            proptest!(config, |(bytes in input())| dewar_fuzz::$target(&bytes));
        }
    )*};
}

properties! {
    cookie_header: 12000,
    unsign: 3000,
    deflate: 2000,
    tagged_json: 8000,
    msgpack: 12000,
    pickle: 12000,
    record: 4000,
    sealed: 2000,
    set_cookie: 8000,
    session_ops: 2000,
}

fn input() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        vec(select(b"[]{}\",:0123456789-.eE\\ utdibm/=;\n\xc0\xd9\x81\x91\xa1".to_vec()), 0..60),
        vec(select(HEADER_PARTS), 0..20).prop_map(|parts| parts.concat().into_bytes()),
        vec(pickle_part(), 0..20)
            .prop_map(|parts| [b"\x80\x05".to_vec(), parts.concat(), b".".to_vec()].concat()),
        vec(message_pack_part(), 0..12).prop_map(|parts| parts.concat()),
        (any::<u8>(), select(seeds()), vec((any::<usize>(), any::<u8>()), 0..4)).prop_map(damaged),
    ]
}

/// Parts of `Cookie` headers, including escapes of every kind.
const HEADER_PARTS: &[&str] = &[
    "session",
    "a",
    "=",
    "; ",
    ";",
    " ",
    "\t",
    "\"",
    "\\",
    "\\\"",
    "\\054",
    "\\400",
    "\\777",
    "\\08",
    ",",
    "\u{e9}",
    "=\"",
    "\";",
    "a=1;",
    "session=x; ",
];

/// An opcode that builds, or looks into the memo, and names that must never be imported.
fn pickle_part() -> impl Strategy<Value = Vec<u8>> {
    let opcode = select(b"}](){ul)sebat\x85\x86\x87NQ\x88\x89\x94\x8f\x90\x91012\x81\x92\x93Rbo".to_vec());
    let argument =
        (select(b"KhqjMJ\x8a\x82".to_vec()), any::<u8>()).prop_map(|(opcode, byte)| vec![opcode, byte]);
    let text = (0..9_u8).prop_map(|n| [vec![0x8c, n], vec![b'a'; n.into()]].concat());
    let names =
        select(&["cos\nsystem\n", "cdatetime\ndatetime\n", "cuuid\nUUID\n", "I1\n", "F1.5\n", "Vx\n"][..]);
    prop_oneof![
        opcode.prop_map(|byte| vec![byte]),
        argument,
        text,
        names.prop_map(|name| name.as_bytes().to_vec())
    ]
}

/// An extension of MessagePack with a code that means something, a sized part, or the head of a structure.
fn message_pack_part() -> impl Strategy<Value = Vec<u8>> {
    let code = || prop_oneof![0..12_u8, Just(0xff)];
    let extension = (0_u32..5, code(), vec(any::<u8>(), 16)).prop_map(|(power, code, content)| {
        let content = content.into_iter().take(1 << power);
        [0xd4 + power as u8, code].into_iter().chain(content).collect::<Vec<u8>>()
    });
    let sized = (select(&[0xc7_u8, 0xc4, 0xd9][..]), code(), vec(any::<u8>(), 0..20)).prop_map(
        |(kind, code, content)| {
            let code = (kind == 0xc7).then_some(code);
            [kind, content.len() as u8].into_iter().chain(code).chain(content).collect::<Vec<u8>>()
        },
    );
    let head =
        prop_oneof![0x80..0x84_u8, 0x90..0x95_u8, 0xc0..0xd4_u8, any::<u8>()].prop_map(|byte| vec![byte]);
    prop_oneof![2 => extension, 1 => sized, 2 => head]
}

/// A choice of the target, then a seed in which a few bytes are others.
fn damaged((choice, mut bytes, edits): (u8, Vec<u8>, Vec<(usize, u8)>)) -> Vec<u8> {
    for (place, byte) in edits {
        let length = bytes.len().max(1);
        if let Some(each) = bytes.get_mut(place % length) {
            *each = byte;
        }
    }
    if choice % 4 == 0 {
        bytes.insert(0, choice);
    }
    bytes
}

/// Every text in the golden vectors, and what it stands for if it is hex.
fn seeds() -> &'static [Vec<u8>] {
    static SEEDS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    SEEDS.get_or_init(|| {
        let vectors = include_str!("../../testdata/vectors/flask.json");
        let mut seeds = Vec::new();
        collect(&serde_json::from_str(vectors).unwrap(), &mut seeds);
        seeds.sort();
        seeds.dedup();
        assert!(seeds.len() > 1000);
        seeds
    })
}

fn collect(value: &Value, seeds: &mut Vec<Vec<u8>>) {
    match value {
        Value::String(text) if text.len() < 5000 => {
            seeds.push(text.clone().into_bytes());
            seeds.extend(from_hex(text));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, seeds)),
        Value::Object(entries) => entries.values().for_each(|value| collect(value, seeds)),
        _ => {}
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = text.chars().map(|digit| digit.to_digit(16)).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    rest.is_empty()
        .then(|| pairs.iter().filter_map(|[high, low]| u8::try_from(high << 4 | low).ok()).collect())
}
