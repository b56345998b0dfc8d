//! The session to the cookie's value and back, without any web framework.

use aes_gcm_siv::aead::AeadInOut;
use aes_gcm_siv::{Aes256GcmSiv, KeyInit, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dewar::clock::UnixTime;
use dewar::codec::{Codec, MsgPack, TaggedJson};
use dewar::random::Random;
use dewar::signing::{
    FlaskSerializer, Sealer, SecretKeys, SerializerOptions, TimestampSigner, base64_encode,
};
use dewar::value::{Map, Value, to_value};

use dewar_bench_meter::{Cost, Role, Row, SECRET, account, cost};

use crate::peers::{cookie_jar, itsdangerous};

const NOW: UnixTime = UnixTime::from_seconds(1_795_000_000);

/// A writer of tokens and its reader.
pub(crate) struct Tokens<'t> {
    pub(crate) who: &'static str,
    pub(crate) role: Role,
    pub(crate) write: Box<dyn Fn() -> String + 't>,
    /// Checks, decodes, and drops what came out of it.
    pub(crate) read: Box<dyn Fn(&str) + 't>,
}

pub(crate) fn measure() -> Vec<Row> {
    let all = [cipher(), flask(), flask_uncompressed(), sealed()].into_iter();
    let all: Vec<_> =
        all.chain([itsdangerous::tokens(), cookie_jar::signed(), cookie_jar::private()]).collect();
    let reads = all.iter().map(|tokens| {
        let token = (tokens.write)();
        row("verify + decode a cookie's value", tokens, cost(|| (), |()| (tokens.read)(&token)))
    });
    let writes = all
        .iter()
        .map(|tokens| row("encode + sign a cookie's value", tokens, cost(|| (), |()| (tokens.write)())));
    reads.chain(writes).collect()
}

fn row(work: &str, tokens: &Tokens<'_>, cost: Cost) -> Row {
    Row {
        work: work.to_owned(),
        who: tokens.who.to_owned(),
        role: tokens.role,
        cost,
        cookie: Some((tokens.write)().len()),
        server: None,
    }
}

fn data() -> Map {
    match to_value(&account()).unwrap() {
        Value::Map(data) => data,
        _ => Map::new(),
    }
}

fn keys() -> SecretKeys {
    SecretKeys::new(SECRET).unwrap()
}

pub(crate) const CIPHER: &str = "AES-256-GCM-SIV and base64 alone";

/// What a sealed cookie costs in any case: as many bytes are encrypted, without encoding a session and without a random nonce.
fn cipher() -> Tokens<'static> {
    let (cipher, nonce) = (Aes256GcmSiv::new(&[7; 32].into()), Nonce::from([7; 12]));
    let plaintext = MsgPack::native().encode(&data()).unwrap();
    let reader = cipher.clone();
    Tokens {
        who: CIPHER,
        role: Role::Part,
        write: Box::new(move || {
            let mut text = plaintext.clone();
            let tag = cipher.encrypt_inout_detached(&nonce, b"", text.as_mut_slice().into()).unwrap();
            text.extend_from_slice(&tag);
            URL_SAFE_NO_PAD.encode(text)
        }),
        read: Box::new(move |token| {
            let mut text = [0; 512];
            let length = URL_SAFE_NO_PAD.decode_slice(token, &mut text).unwrap();
            let (text, tag) =
                text.get_mut(..length).and_then(|text| text.split_last_chunk_mut::<16>()).unwrap();
            reader.decrypt_inout_detached(&nonce, b"", text.into(), (&*tag).into()).unwrap();
        }),
    }
}

/// As Flask writes it: compressed, since that makes it shorter.
fn flask() -> Tokens<'static> {
    let (data, flask) = (data(), FlaskSerializer::flask(&keys()));
    let reader = flask.clone();
    Tokens {
        who: "dewar, Flask's cookie",
        role: Role::Other,
        write: Box::new(move || flask.dump_map(&data, NOW).unwrap()),
        read: Box::new(move |token| drop(reader.load_map(token.as_bytes(), NOW, None).unwrap())),
    }
}

/// The same were it not compressed, which Flask reads as well.
fn flask_uncompressed() -> Tokens<'static> {
    let (data, reader) = (data(), FlaskSerializer::flask(&keys()));
    let SerializerOptions { signer, timestamps, .. } = SerializerOptions::flask();
    let signer = TimestampSigner::new(&keys(), signer, timestamps).unwrap();
    let write = move || {
        let mut token = base64_encode(&TaggedJson::default().encode(&data).unwrap()).into_bytes();
        signer.sign_in_place(&mut token, NOW);
        String::from_utf8(token).unwrap()
    };
    Tokens {
        who: "dewar, Flask's cookie uncompressed",
        role: Role::Other,
        write: Box::new(write),
        read: Box::new(move |token| drop(reader.load_map(token.as_bytes(), NOW, None).unwrap())),
    }
}

fn sealed() -> Tokens<'static> {
    let (data, sealer, random) =
        (data(), Sealer::new(&keys(), "session", "session").unwrap(), Random::system());
    let reader = sealer.clone();
    Tokens {
        who: "dewar, sealed cookie",
        role: Role::Other,
        write: Box::new(move || sealer.seal(&MsgPack::native().encode(&data).unwrap(), &random).unwrap()),
        read: Box::new(move |token| {
            let opened = reader.open(token.as_bytes()).unwrap();
            drop(MsgPack::native().decode(&opened.plaintext).unwrap());
        }),
    }
}
