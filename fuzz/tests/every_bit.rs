//! Every bit of a session cookie matters, in every format: whatever differs from a real cookie by a little
//! opens a fresh session.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests: what fails here fails the test")]

use dewar::clock::{Clock, UnixTime};
use dewar::settings::{CookieFormat, FlaskOptions};
use dewar::signing::{Digest, KeyDerivation, SerializerOptions};
use dewar::{ClientSide, SecretKeys, SessionManager};
use dewar_fuzz::now;

const SESSIONS: usize = 25;

#[test]
fn every_bit_of_a_sealed_cookie_matters() {
    every_bit(ClientSide::new(keys()));
}

#[test]
fn every_bit_of_flasks_cookie_matters() {
    every_bit(ClientSide::flask(keys()));
}

#[test]
fn every_bit_matters_with_sha_512() {
    let mut signing = SerializerOptions::flask();
    signing.signer.digest = Digest::Sha512;
    signing.signer.key_derivation = KeyDerivation::DjangoConcat;
    let format = CookieFormat::Flask(FlaskOptions { signing, ..FlaskOptions::default() });
    every_bit(ClientSide { format, ..ClientSide::flask(keys()) });
}

fn keys() -> SecretKeys {
    SecretKeys::new("7d1f4e0a9c3b58d26e84f10b7a95c3d2e60f8b1a4c7d93e5").unwrap()
}

fn every_bit(settings: ClientSide) {
    let clock = Clock::fixed(UnixTime::from_seconds(1_795_000_000));
    let manager = SessionManager::client_side(ClientSide { clock, ..settings }).unwrap();
    let is_ours = |token: &[u8]| {
        let header = [manager.cookie_name().as_bytes(), b"=", token].concat();
        !now(manager.open([header.as_slice()])).unwrap().is_new()
    };
    for length in 0..SESSIONS {
        let token = token(&manager, length);
        assert!(is_ours(&token));
        let refused = |near: &[u8]| assert!(!is_ours(near), "{}", near.escape_ascii());
        flipped(&token).for_each(|near| refused(&near));
        (0..token.len()).for_each(|end| refused(&token[..end]));
        (1..token.len()).for_each(|start| refused(&token[start..]));
        for byte in (0..=u8::MAX).filter(|byte| !b" \t;".contains(byte)) {
            refused(&[&token[..], &[byte]].concat());
            refused(&[&[byte], &token[..]].concat());
        }
    }
}

/// The cookie's value for a session of some size; from a certain size on, Flask's is compressed.
fn token(manager: &SessionManager, length: usize) -> Vec<u8> {
    let session = now(manager.open([])).unwrap();
    session.insert_value("user", "zoe ".repeat(length));
    let reply = now(manager.save(&session)).unwrap();
    let (_, value) = reply.set_cookie().unwrap().split_once('=').unwrap();
    value.split(';').next().unwrap().as_bytes().to_vec()
}

fn flipped(token: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..token.len() * 8).map(|bit| {
        let mut near = token.to_vec();
        near[bit / 8] ^= 1 << (bit % 8);
        near
    })
}
