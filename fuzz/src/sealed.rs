//! Sealed tokens.

use dewar::random::Random;
use dewar::signing::{Sealer, base64_decode, looks_sealed};
use dewar::{ClientSide, SessionManager};

use crate::input::Input;
use crate::program::{keys, now};

/// An arbitrary token, and a damaged real one.
pub fn sealed(data: &[u8]) {
    let mut input = Input::new(data);
    let sealer = Sealer::new(&keys(), "session", "fuzz").unwrap();
    if input.flag() {
        return arbitrary(&sealer, input.rest());
    }
    let plaintext = input.bytes();
    let nonce = Random::from_fn(|nonce| {
        nonce.fill(7);
        Ok(())
    });
    let original = sealer.seal(plaintext, &nonce).unwrap();
    assert!(looks_sealed(original.as_bytes()));
    assert_eq!(sealer.open(original.as_bytes()).unwrap().plaintext, plaintext);
    let token = input.damaged(original.as_bytes());
    assert_eq!(sealer.open(&token).is_ok(), token == original.as_bytes(), "{}", token.escape_ascii());
}

/// What opens is exactly what sealing with that nonce writes; and any token opens a session, if only a fresh
/// one.
fn arbitrary(sealer: &Sealer, token: &[u8]) {
    if let Ok(opened) = sealer.open(token) {
        let nonce = base64_decode(&token[..20]).unwrap();
        let nonce = Random::from_fn(move |bytes| {
            bytes.copy_from_slice(&nonce[3..]);
            Ok(())
        });
        assert_eq!(sealer.seal(&opened.plaintext, &nonce).unwrap().as_bytes(), token);
    }
    let manager = SessionManager::client_side(ClientSide::new(keys())).unwrap();
    let header = [b"__Host-session=", token].concat();
    assert!(now(manager.open([header.as_slice()])).unwrap().is_new());
}
