//! Signed tokens.

use dewar::codec::{Codec as _, PythonJson, TaggedJson};
use dewar::signing::{
    FlaskSerializer, KeyAge, SerializerOptions, Signer, SignerOptions, TimestampOptions, TimestampSigner,
    UrlSafeSerializer, inspect,
};
use dewar::value::{Map, Value};

use crate::input::Input;
use crate::program::{NOW, keys};

/// An arbitrary token, a damaged real one, and one that was signed over arbitrary bytes.
pub fn unsign(data: &[u8]) {
    let mut input = Input::new(data);
    match input.byte() % 3 {
        0 => arbitrary(input.rest()),
        1 => damaged(input),
        _ => signed_nonsense(input.rest()),
    }
}

fn signer() -> Signer {
    Signer::new(&keys(), SignerOptions::default()).unwrap()
}

fn timed() -> TimestampSigner {
    let SerializerOptions { signer, .. } = SerializerOptions::flask();
    TimestampSigner::new(&keys(), signer, TimestampOptions::default()).unwrap()
}

/// What is accepted is exactly what signing writes: a token has one spelling.
fn arbitrary(token: &[u8]) {
    let _ = inspect(token, b".");
    if let Ok(unsigned) = signer().unsign(token) {
        assert!(unsigned.key == KeyAge::Newest && signer().sign(unsigned.value) == token);
    }
    if let Ok(signed) = timed().unsign(token, NOW, None) {
        assert!(signed.key == KeyAge::Newest && timed().sign(signed.value, signed.signed_at) == token);
    }
    drop(FlaskSerializer::flask(&keys()).load_map(token, NOW, None));
    drop(UrlSafeSerializer::json(&keys(), "fuzz").loads(token));
}

/// No damaged token is accepted.
fn damaged(mut input: Input<'_>) {
    let which = input.byte() % 4;
    let payload = if input.flag() { "a".repeat(64) } else { input.text() };
    let data = Map::from([("a", payload.as_str())]);
    let value = Value::Map(data.clone());
    let flask = FlaskSerializer::flask(&keys());
    let url_safe = UrlSafeSerializer::json(&keys(), "fuzz");
    let original = match which {
        0 => signer().sign(payload.as_bytes()),
        1 => timed().sign(payload.as_bytes(), NOW),
        2 => flask.dump_map(&data, NOW).unwrap().into_bytes(),
        _ => url_safe.dumps(&value).unwrap().into_bytes(),
    };
    let accepts = |token: &[u8]| match which {
        0 => signer().validate(token),
        1 => timed().validate(token, NOW, None),
        2 => flask.load_map(token, NOW, None).is_ok_and(|loaded| loaded.data == data),
        _ => url_safe.loads(token).is_ok_and(|loaded| loaded == value),
    };
    let token = input.damaged(&original);
    assert_eq!(accepts(&token), token == original, "{}", token.escape_ascii());
}

/// A holder of a key can sign anything: it is refused or read, and what is read can be written.
fn signed_nonsense(payload: &[u8]) {
    let token = timed().sign(payload, NOW);
    if let Ok(loaded) = FlaskSerializer::flask(&keys()).load_map(&token, NOW, None) {
        assert!(TaggedJson::default().encode_value(&Value::Map(loaded.data)).is_ok());
    }
    let options = SerializerOptions::with_salt("fuzz");
    let token = Signer::new(&keys(), options.signer).unwrap().sign(payload);
    if let Ok(value) = UrlSafeSerializer::json(&keys(), "fuzz").loads(&token) {
        assert!(PythonJson::default().encode_value(&value).is_ok());
    }
}
