use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const OTHER: &str = "fedcba9876543210fedcba9876543210";

fn keys(newest: &str, older: &[&str]) -> SecretKeys {
    older
        .iter()
        .fold(SecretKeys::accepting_weak(newest).unwrap(), |keys, older| keys.with_fallback(older).unwrap())
}

fn sealer(newest: &str, older: &[&str]) -> Sealer {
    Sealer::new(&keys(newest, older), "session", "__Host-session").unwrap()
}

fn seal(sealer: &Sealer, plaintext: &[u8]) -> String {
    sealer.seal(plaintext, &Random::system()).unwrap()
}

/// Bytes 0, 1, 2, …
fn counting() -> Random {
    Random::from_fn(|bytes| {
        bytes.iter_mut().zip(0..).for_each(|(byte, count)| *byte = count);
        Ok(())
    })
}

/// Made by Python's `cryptography` (OpenSSL) and HKDF written out over `hmac`.
#[test]
fn version_1_is_frozen() {
    let sealer = sealer(SECRET, &[]);
    for (plaintext, token) in
        [(&b"{\"user_id\":42}"[..], TOKEN), (b"", "Ac4OAAECAwQFBgcICQoL6CczowtwRxU86-8Rk4fY4w")]
    {
        assert_eq!(sealer.seal(plaintext, &counting()).unwrap(), token);
        assert_eq!(sealer.open(token.as_bytes()).unwrap().plaintext, plaintext);
    }
}

const TOKEN: &str = "Ac4OAAECAwQFBgcICQoLjf9PWyDnjFSSrP_zhArqOQORzxBCSc_upzDNQuAO";

#[test]
fn every_bit_matters() {
    let sealer = sealer(SECRET, &[OTHER]);
    for length in 0..40 {
        let token = seal(&sealer, &vec![b'x'; length]).into_bytes();
        for bit in 0..token.len() * 8 {
            let mut forged = token.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            sealer.open(&forged).unwrap_err();
        }
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut forged = bytes.clone();
            forged[bit / 8] ^= 1 << (bit % 8);
            sealer.open(URL_SAFE_NO_PAD.encode(forged).as_bytes()).unwrap_err();
        }
    }
}

#[test]
fn truncations_and_extensions_are_refused() {
    let sealer = sealer(SECRET, &[]);
    let token = seal(&sealer, b"attack at dawn").into_bytes();
    for length in 0..token.len() {
        sealer.open(&token[..length]).unwrap_err();
        sealer.open(&token[token.len() - length..]).unwrap_err();
    }
    for added in 0..=u8::MAX {
        sealer.open(&[&token[..], &[added]].concat()).unwrap_err();
        sealer.open(&[&[added], &token[..]].concat()).unwrap_err();
    }
    for end in ["A", "AA", "AAA", "AAAA", "=", "==", "\n", " "] {
        sealer.open(&[&token, end.as_bytes()].concat()).unwrap_err();
    }
}

#[test]
fn only_the_text_that_was_written_opens() {
    let sealer = sealer(SECRET, &[]);
    let token = seal(&sealer, b"").into_bytes(); // 31 bytes: four bits of the last character are unused
    let (last, rest) = token.split_last().unwrap();
    let opening = (0..=u8::MAX).filter(|end| sealer.open(&[rest, &[*end]].concat()).is_ok());
    assert_eq!(opening.collect::<Vec<_>>(), [*last]);
}

#[test]
fn nothing_else_is_taken_for_a_sealed_token() {
    let sealer = sealer(SECRET, &[]);
    let flask = b"eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U";
    assert!(!looks_sealed(flask));
    assert_eq!(sealer.open(flask).unwrap_err(), BadSeal::NotBase64);
    assert_eq!(sealer.open(b"").unwrap_err(), BadSeal::TooShort);
    assert_eq!(sealer.open(&[b'A'; 60]).unwrap_err(), BadSeal::UnknownVersion);
    assert_eq!(sealer.open(&[b'A'; 4097]).unwrap_err(), BadSeal::TooLong);
}

#[test]
fn what_looks_sealed() {
    let sealer = sealer(SECRET, &[]);
    for length in 0..100 {
        let token = seal(&sealer, &vec![0; length]);
        assert!(looks_sealed(token.as_bytes()) && token.len() >= MIN_TOKEN);
        assert_eq!(token.len(), 20 + ((length + 16) * 4).div_ceil(3));
        assert!(!looks_sealed(&token.as_bytes()[..MIN_TOKEN - 1]));
        assert!(!looks_sealed(format!("{token}.x").as_bytes()));
    }
    assert!(!looks_sealed(b"") && !looks_sealed(&[b'A'; 60]) && !looks_sealed(&[b'_'; 60]));
}

#[test]
fn a_token_is_for_one_purpose_one_cookie_and_one_key() {
    let keys = keys(SECRET, &[]);
    let token = seal(&Sealer::new(&keys, "session", "s").unwrap(), b"x");
    for (purpose, name) in [
        ("csrf", "s"),
        ("session", "S"),
        ("session", "s "),
        ("sessions", ""),
        ("", "sessions"),
        ("s", "session"),
    ] {
        let other = Sealer::new(&keys, purpose, name).unwrap();
        assert_eq!(other.open(token.as_bytes()).unwrap_err(), BadSeal::Mismatch, "{purpose} {name}");
    }
    let other = Sealer::new(&SecretKeys::accepting_weak(OTHER).unwrap(), "session", "s").unwrap();
    assert_eq!(other.open(token.as_bytes()).unwrap_err(), BadSeal::UnknownKey);
}

#[test]
fn older_keys_open_and_the_newest_seals() {
    let token = seal(&sealer(OTHER, &[]), b"x");
    let rotated = sealer(SECRET, &[OTHER]);
    assert_eq!(
        rotated.open(token.as_bytes()).unwrap(),
        Opened { plaintext: b"x".to_vec(), key: KeyAge::Older }
    );
    let anew = seal(&rotated, b"x");
    assert_eq!(sealer(SECRET, &[]).open(anew.as_bytes()).unwrap().key, KeyAge::Newest);
    assert_eq!(sealer(SECRET, &[]).open(token.as_bytes()).unwrap_err(), BadSeal::UnknownKey);
}

/// Two of a few hundred keys have the same number; the right one of them is found.
#[test]
fn keys_with_the_same_number_are_told_apart() {
    let mut numbers = std::collections::HashMap::new();
    let (first, second) = (0..)
        .find_map(|n: u32| {
            let secret = format!("a secret key with the number {n:08}");
            let id = sealer(&secret, &[]).newest.id;
            numbers.insert(id, secret.clone()).map(|earlier| (earlier, secret))
        })
        .unwrap();
    let both = sealer(&first, &[&second]);
    assert_eq!(both.newest.id, both.older[0].id);
    assert_eq!(both.open(seal(&sealer(&first, &[]), b"1").as_bytes()).unwrap().key, KeyAge::Newest);
    assert_eq!(both.open(seal(&sealer(&second, &[]), b"2").as_bytes()).unwrap().key, KeyAge::Older);
    let mut forged = seal(&both, b"3").into_bytes();
    forged[30] = if forged[30] == b'A' { b'B' } else { b'A' };
    assert_eq!(both.open(&forged).unwrap_err(), BadSeal::Mismatch);
}

#[test]
fn every_key_has_32_bytes() {
    let short = &SECRET[..31];
    let error = Sealer::new(&keys(short, &[]), "session", "s").unwrap_err();
    assert_eq!(error, SealerError { position: 0, size: 31 });
    assert!(error.to_string().starts_with("the secret key has 31 bytes, but sealing needs at least 32"));
    let error = Sealer::new(&keys(SECRET, &[OTHER, short]), "session", "s").unwrap_err();
    assert!(error.to_string().starts_with("fallback key 2 has 31 bytes"));
}

#[test]
fn derived_keys_differ_from_each_other_and_from_the_secret() {
    let secret = SecretKeys::accepting_weak(SECRET).unwrap();
    let pairs = [("session", "a"), ("session", "b"), ("csrf", "a")];
    // One nonce and one plaintext: only the key and the associated data can make the tokens differ.
    let tokens: HashSet<String> = pairs
        .iter()
        .map(|(purpose, name)| {
            Sealer::new(&secret, purpose, name).unwrap().seal(&[0; 32], &counting()).unwrap()
        })
        .collect();
    assert_eq!(tokens.len(), pairs.len());
    let id = sealer(SECRET, &[]).newest.id;
    assert!(!SECRET.as_bytes().windows(KEY_ID).any(|part| part == id));
}

#[test]
fn nothing_prints_keys_or_plaintexts() {
    let sealer = sealer(SECRET, &[OTHER]);
    assert_eq!(format!("{sealer:?}"), "Sealer(2 keys)");
    let opened = sealer.open(seal(&sealer, b"swordfish").as_bytes()).unwrap();
    assert_eq!(format!("{opened:?}"), "Opened(9 bytes, by Newest)");
}

#[test]
fn no_randomness_no_token() {
    let broken = Random::from_fn(|_| Err(RandomError::new()));
    assert_eq!(sealer(SECRET, &[]).seal(b"x", &broken), Err(RandomError::new()));
}

#[test]
fn nonces_never_repeat() {
    let sealer = sealer(SECRET, &[]);
    let nonces: HashSet<String> = (0..10_000).map(|_| seal(&sealer, b"")[4..20].to_owned()).collect();
    assert_eq!(nonces.len(), 10_000);
}

proptest! {
    #[test]
    fn what_is_sealed_opens(plaintext in proptest::collection::vec(any::<u8>(), 0..3000)) {
        let sealer = sealer(SECRET, &[]);
        let token = seal(&sealer, &plaintext);
        prop_assert!(token.capacity() == token.len());
        prop_assert_eq!(sealer.open(token.as_bytes()).unwrap().plaintext, plaintext);
    }

    #[test]
    fn nothing_else_opens_nor_panics(token in proptest::collection::vec(any::<u8>(), 0..200), text in "AQ[A-Za-z0-9_-]{0,120}") {
        let sealer = sealer(SECRET, &[]);
        prop_assert!(sealer.open(&token).is_err());
        prop_assert!(sealer.open(text.as_bytes()).is_err());
        prop_assert!(!looks_sealed(&token) || token.len() >= MIN_TOKEN);
    }
}
