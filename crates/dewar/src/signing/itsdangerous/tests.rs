//! What an attacker, an old key and a wrong clock can do: nothing.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::clock::UnixTime;
use crate::codec::{Codec, DecodeError, EncodeError, PythonJson, TaggedJson};
use crate::signing::{KeyAge, SecretKeys, base64_encode};
use crate::value::{Map, Value};

const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);
const HOUR: Option<Duration> = Some(Duration::from_secs(3600));

fn keys() -> SecretKeys {
    SecretKeys::accepting_weak("dev-secret").unwrap()
}

fn flask() -> FlaskSerializer {
    UrlSafeTimedSerializer::flask(&keys())
}

fn session(text: &str) -> Map {
    Map::from([("a", Value::from(text))])
}

fn after(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW.seconds() + seconds)
}

/// A token as of Flask's cookie, with any payload and a good signature.
fn signed_by_flask(payload: &[u8]) -> Vec<u8> {
    let options = SerializerOptions::flask();
    TimestampSigner::new(&keys(), options.signer, options.timestamps).unwrap().sign(payload, NOW)
}

fn signer(options: SignerOptions) -> Signer {
    Signer::new(&keys(), options).unwrap()
}

type Verify = Box<dyn Fn(&[u8]) -> bool>;

fn twenty_tokens() -> Vec<(Vec<u8>, Verify)> {
    let mut tokens: Vec<(Vec<u8>, Verify)> = Vec::new();
    for digest in [Digest::Md5, Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        for key_derivation in [KeyDerivation::Concat, KeyDerivation::DjangoConcat] {
            let signer = signer(SignerOptions { digest, key_derivation, ..SignerOptions::default() });
            tokens.push((signer.sign(b"a.value"), Box::new(move |token| signer.validate(token))));
        }
    }
    for separator in [":", "::", "|", "a.b"] {
        let options = SignerOptions { separator: separator.into(), ..SignerOptions::default() };
        let signer = TimestampSigner::new(&keys(), options, TimestampOptions::default()).unwrap();
        tokens.push((signer.sign(b"v", NOW), Box::new(move |token| signer.validate(token, NOW, None))));
    }
    for text in ["", "x", "of some length", "\u{1f980}", "say \"hello\"", &"compressed ".repeat(40)] {
        let token = flask().dump_map(&session(text), NOW).unwrap();
        tokens.push((token.into_bytes(), Box::new(|token| flask().load_map(token, NOW, HOUR).is_ok())));
    }
    tokens
}

#[test]
fn every_bit_flip_truncation_and_extension_is_rejected() {
    let tokens = twenty_tokens();
    assert_eq!(tokens.len(), 20);
    for (token, verify) in tokens {
        assert!(verify(&token));
        for bit in 0..token.len() * 8 {
            let mut flipped = token.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&flipped), "{}", flipped.escape_ascii());
        }
        for length in 0..token.len() {
            assert!(!verify(&token[..length]), "{}", token[..length].escape_ascii());
            assert!(!verify(&token[length + 1..]), "{}", token[length + 1..].escape_ascii());
        }
        for byte in 0..=u8::MAX {
            assert!(!verify(&[&token[..], &[byte]].concat()), "{byte} at the end");
            assert!(!verify(&[&[byte], &token[..]].concat()), "{byte} in front");
        }
    }
}

#[derive(Debug, Default)]
struct Counting(AtomicUsize);

impl Codec for Counting {
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        PythonJson::default().encode_value(value)
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        PythonJson::default().decode_value(bytes)
    }
}

#[test]
fn nothing_is_decoded_before_the_signature_is_good() {
    let serializer =
        UrlSafeTimedSerializer::new(&keys(), Counting::default(), SerializerOptions::flask()).unwrap();
    for payload in ["eyJhIjoxfQ", "!!not base64!!", ".AAAA", "bm9wZQ", ""] {
        let forged =
            format!("{payload}.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U").replace("eyJhIjoxfQ", "eyJhIjoyfQ");
        let refused = serializer.loads(forged.as_bytes(), NOW, HOUR);
        assert_eq!(refused, Err(BadData::BadSignature(BadSignature::Mismatch)), "{forged}");
    }
    let expired = serializer.loads(&signed_by_flask(b"eyJhIjoxfQ"), after(3601), HOUR);
    assert!(matches!(expired, Err(BadData::BadSignature(BadSignature::Expired { .. }))));
    assert_eq!(serializer.codec().0.load(Ordering::Relaxed), 0);
    serializer.loads(&signed_by_flask(b"eyJhIjoxfQ"), NOW, HOUR).unwrap();
    assert_eq!(serializer.codec().0.load(Ordering::Relaxed), 1);
}

/// Flask takes all of these.
#[test]
fn a_signature_has_one_text() {
    let cookie = "eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U";
    assert!(flask().load_map(cookie.as_bytes(), NOW, HOUR).is_ok());
    let others = ["V", "W", "X", "U=", "U==", "U=junk", "U!!!!", "U\n"];
    for other in others.map(|end| format!("{}{end}", cookie.strip_suffix('U').unwrap())) {
        let refused = flask().load_map(other.as_bytes(), NOW, HOUR);
        assert_eq!(refused, Err(BadData::BadSignature(BadSignature::Mismatch)), "{other}");
    }
    let standard_alphabet = flask().load_map(cookie.replace('_', "/").as_bytes(), NOW, HOUR);
    assert_eq!(standard_alphabet, Err(BadData::BadSignature(BadSignature::Mismatch)));
    for payload in ["eyJhIjoxfR", "eyJhIjoxfQ==", "!!eyJhIjoxfQ!!", "..eyJhIjoxfQ"] {
        let refused = flask().load_map(&signed_by_flask(payload.as_bytes()), NOW, HOUR);
        assert!(matches!(refused, Err(BadData::BadPayload(BadPayload::NotBase64(_)))), "{payload}");
    }
}

#[test]
fn only_the_configured_signer_is_tried() {
    let value = b"eyJhIjoxfQ.ZeB58A";
    let of = SerializerOptions::flask().signer;
    let others = [
        SignerOptions { digest: Digest::Sha512, ..of.clone() },
        SignerOptions { digest: Digest::Md5, ..of.clone() },
        SignerOptions { key_derivation: KeyDerivation::None, ..of.clone() },
        SignerOptions { key_derivation: KeyDerivation::DjangoConcat, ..of.clone() },
        SignerOptions { salt: b"another-purpose".to_vec(), ..of.clone() },
        SignerOptions { salt: Vec::new(), ..of.clone() },
    ];
    let unsigned: [&[u8]; 4] = [b"eyJhIjoxfQ", b"eyJhIjoxfQ.ZeB58A", b"eyJhIjoxfQ.ZeB58A.", b"{\"a\":1}"];
    let signed = others.map(|options| signer(options).sign(value));
    for token in signed.iter().map(Vec::as_slice).chain(unsigned) {
        let refused = flask().load_map(token, NOW, HOUR);
        assert!(matches!(refused, Err(BadData::BadSignature(_))), "{}", token.escape_ascii());
    }
    assert!(flask().load_map(&signer(of).sign(value), NOW, HOUR).is_ok());
}

#[test]
fn a_token_is_good_from_its_second_to_its_max_age() {
    let cookie = flask().dump_map(&session("x"), NOW).unwrap();
    let load = |now| flask().load_map(cookie.as_bytes(), now, HOUR).map(|loaded| loaded.signed_at);
    for now in [NOW, after(1), after(3600), UnixTime::from_millis(NOW.millis() + 3_600_999)] {
        assert_eq!(load(now), Ok(NOW));
    }
    let (age, max_age) = (Duration::from_secs(3601), Duration::from_secs(3600));
    let expired = BadSignature::Expired { signed_at: NOW, age, max_age };
    assert_eq!(load(after(3601)), Err(expired.into()));
    let ahead = Duration::from_secs(1);
    assert_eq!(load(after(-1)), Err(BadSignature::FromTheFuture { signed_at: NOW, ahead }.into()));
    assert!(flask().load_map(cookie.as_bytes(), after(-1), None).is_ok());
}

#[test]
fn a_clock_skew_is_tolerated_if_asked_for() {
    let minute = Duration::from_secs(60);
    let options = TimestampOptions { clock_skew: minute, ..TimestampOptions::default() };
    let signer = TimestampSigner::new(&keys(), SignerOptions::default(), options).unwrap();
    let token = signer.sign(b"v", NOW);
    let good = |seconds| signer.validate(&token, after(seconds), Some(minute));
    assert!(good(-60) && good(60));
    assert!(!good(-61) && !good(61));
}

#[test]
fn the_epoch_of_2011_is_read_if_asked_for() {
    let counted_from_2011 = flask().dump_map(&session("x"), UnixTime::from_seconds(415_370_096)).unwrap();
    assert!(flask().load_map(counted_from_2011.as_bytes(), NOW, HOUR).is_err());
    let timestamps = TimestampOptions { legacy_epoch: true, ..TimestampOptions::default() };
    let options = SerializerOptions { timestamps, ..SerializerOptions::flask() };
    let legacy = UrlSafeTimedSerializer::new(&keys(), TaggedJson::default(), options).unwrap();
    assert_eq!(legacy.load_map(counted_from_2011.as_bytes(), NOW, HOUR).unwrap().signed_at, NOW);
    let today = flask().dump_map(&session("x"), NOW).unwrap();
    assert_eq!(legacy.load_map(today.as_bytes(), NOW, HOUR).unwrap().signed_at, NOW);
}

#[test]
fn a_good_signature_over_a_malformed_token_is_reported_as_such() {
    let signer =
        TimestampSigner::new(&keys(), SignerOptions::default(), TimestampOptions::default()).unwrap();
    let plain = Signer::new(&keys(), SignerOptions::default()).unwrap();
    let unsign = |value: &[u8]| signer.unsign(&plain.sign(value), NOW, HOUR).unwrap_err();
    assert_eq!(unsign(b"value"), BadSignature::NoTimestamp);
    assert_eq!(unsign(b"value.!!!!"), BadSignature::MalformedTimestamp);
    assert_eq!(unsign(b"value.AAAAAAAAAAAA"), BadSignature::MalformedTimestamp);
    let end_of_time = plain.sign(b"value.__________8");
    let ahead = signer.unsign(&end_of_time, NOW, HOUR);
    assert!(matches!(ahead, Err(BadSignature::FromTheFuture { .. })));
    assert!(signer.unsign(&end_of_time, NOW, None).is_ok());
}

#[test]
fn sizes_are_checked_before_the_work() {
    let long = vec![b'a'; 4097];
    let refused = flask().load_map(&long, NOW, HOUR);
    assert_eq!(refused, Err(BadData::TooLong { length: 4097, limit: 4096 }));
    let longest = flask().load_map(&long[1..], NOW, HOUR);
    assert_eq!(longest, Err(BadData::BadSignature(BadSignature::NoSeparator)));

    let bomb = UrlSafeSerializer::json(&keys(), "bomb").dumps(&"a".repeat(900_000).as_str().into()).unwrap();
    let payload = inspect(bomb.as_bytes(), b".").unwrap().signed;
    assert!(payload.len() < 1500, "a bomb is small");
    let refused = flask().load_map(&signed_by_flask(payload), NOW, HOUR);
    assert_eq!(refused, Err(BadPayload::TooLarge { limit: 262_144 }.into()));

    let deep = base64_encode("[".repeat(2000).as_bytes());
    let refused = flask().load_map(&signed_by_flask(deep.as_bytes()), NOW, HOUR);
    assert!(matches!(refused, Err(BadData::BadPayload(BadPayload::Decode(DecodeError::TooDeep { .. })))));
}

/// Flask 3.1.0 had it the wrong way round (GHSA-4grg-w6v8-c28g): its oldest key signed.
#[test]
fn the_newest_key_signs_and_all_verify() {
    let key = |secret: &str| SecretKeys::accepting_weak(secret).unwrap();
    let only = |secret| UrlSafeTimedSerializer::flask(&key(secret));
    let ring = key("new").with_fallback("old").unwrap().with_fallback("oldest").unwrap();
    let ring = UrlSafeTimedSerializer::flask(&ring);
    let token = ring.dump_map(&session("x"), NOW).unwrap();
    assert_eq!(token, only("new").dump_map(&session("x"), NOW).unwrap());
    for (secret, age) in [("new", KeyAge::Newest), ("old", KeyAge::Older), ("oldest", KeyAge::Older)] {
        let token = only(secret).dump_map(&session("x"), NOW).unwrap();
        assert_eq!(ring.load_map(token.as_bytes(), NOW, HOUR).unwrap().key, age, "{secret}");
    }
    let removed = only("removed").dump_map(&session("x"), NOW).unwrap();
    assert!(ring.load_map(removed.as_bytes(), NOW, HOUR).is_err());
}

#[test]
fn fallback_signers_read_and_never_sign() {
    let sha512 = SignerOptions { digest: Digest::Sha512, ..SerializerOptions::with_salt("activate").signer };
    let of_1_0 = SerializerOptions { signer: sha512.clone(), ..SerializerOptions::default() };
    let of_1_0 = UrlSafeTimedSerializer::new(&keys(), PythonJson::compact(), of_1_0).unwrap();
    let of_1_1 =
        SerializerOptions { fallback_signers: vec![sha512], ..SerializerOptions::with_salt("activate") };
    let of_1_1 = UrlSafeTimedSerializer::new(&keys(), PythonJson::compact(), of_1_1).unwrap();

    let old = of_1_0.dumps(&Value::Int(42), NOW).unwrap();
    let loaded = of_1_1.loads_with_timestamp(old.as_bytes(), NOW, HOUR).unwrap();
    assert_eq!((loaded.data, loaded.key), (Value::Int(42), KeyAge::Older));
    let expired = of_1_1.loads(old.as_bytes(), after(3601), HOUR);
    assert!(matches!(expired, Err(BadData::BadSignature(BadSignature::Expired { .. }))));
    let new = of_1_1.dumps(&Value::Int(42), NOW).unwrap();
    assert_eq!(new, UrlSafeTimedSerializer::json(&keys(), "activate").dumps(&Value::Int(42), NOW).unwrap());
    assert!(of_1_0.loads(new.as_bytes(), NOW, HOUR).is_err());
}

#[test]
fn nothing_prints_a_key() {
    let keys = SecretKeys::accepting_weak("swordfish").unwrap().with_fallback("sardine").unwrap();
    let options = SignerOptions { key_derivation: KeyDerivation::None, ..SignerOptions::default() };
    let timestamps = TimestampOptions::default();
    let token = UrlSafeTimedSerializer::flask(&keys).dump_map(&session("x"), NOW).unwrap();
    let error = flask().load_map(token.as_bytes(), NOW, HOUR).unwrap_err();
    let printed = [
        format!("{keys:?}"),
        format!("{:?}", Signer::new(&keys, options.clone()).unwrap()),
        format!("{:?}", TimestampSigner::new(&keys, options, timestamps).unwrap()),
        format!("{:?}", UrlSafeSerializer::json(&keys, "salt")),
        format!("{:?}", UrlSafeTimedSerializer::flask(&keys)),
        format!("{error:?} {error} {:?}", error.source()),
    ];
    for text in printed {
        for secret in ["swordfish", "sardine", &format!("{:?}", b"swordfish"), &format!("{:?}", b"sardine")] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    let signer = Signer::new(&keys, SignerOptions::default()).unwrap();
    assert_eq!(format!("{signer:?}"), r#"Signer { separator: ".", keys: 2, .. }"#);
}

#[test]
fn errors_have_their_cause() {
    let refused = flask().load_map(&signed_by_flask(b"bm9wZQ"), NOW, HOUR).unwrap_err();
    let payload = refused.source().unwrap();
    assert_eq!(payload.to_string(), "the payload cannot be decoded");
    assert!(payload.source().unwrap().is::<DecodeError>());
    let refused = flask().load_map(b"garbage", NOW, HOUR).unwrap_err();
    assert!(refused.source().unwrap().is::<BadSignature>());
}

#[test]
fn a_separator_that_is_not_text_is_for_signers_only() {
    let options = SignerOptions { separator: vec![0xff], ..SignerOptions::default() };
    assert_eq!(signer(options.clone()).sign(b"v")[..2], *b"v\xff");
    let options = SerializerOptions { signer: options, ..SerializerOptions::default() };
    let refused = UrlSafeSerializer::new(&keys(), PythonJson::compact(), options);
    assert_eq!(refused.unwrap_err(), SeparatorError::NotText);
}

proptest! {
    #[test]
    fn any_value_comes_back_whatever_the_separator(
        value: Vec<u8>, separator in "[a-z.:=]{0,3}[.:][a-z.:=]{0,3}", copies in 0_usize..4,
    ) {
        let value = [value, separator.repeat(copies).into_bytes()].concat();
        let options = SignerOptions { separator: separator.into_bytes(), ..SignerOptions::default() };
        let signer = TimestampSigner::new(&keys(), options, TimestampOptions::default()).unwrap();
        let token = signer.sign(&value, NOW);
        let signed = signer.unsign(&token, NOW, HOUR).unwrap();
        prop_assert_eq!(signed, Signed { value: &value, signed_at: NOW, key: KeyAge::Newest });
        prop_assert_eq!(inspect(&token, signer.separator()).unwrap().value, &value[..]);
    }

    #[test]
    fn nothing_that_comes_in_makes_it_panic(token: Vec<u8>, separator: Vec<u8>) {
        let _ = inspect(&token, &separator);
        let _ = decode_payload(&token, 1000);
        prop_assert!(flask().load_map(&token, NOW, HOUR).is_err());
        let _ = flask().load_map(&signed_by_flask(&token), NOW, HOUR);
        let _ = UrlSafeSerializer::json(&keys(), "salt").loads(&token);
    }
}
