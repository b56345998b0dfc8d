//! `sid` and `signed_sid`: ids of sessions, and how they are signed in the cookie.

use std::sync::Arc;

use dewar::random::Random;
use dewar::signing::{KeyDerivation, SecretKeys, Signer, SignerOptions};
use dewar::store::Memory;
use dewar::{FlaskRecords, RecordFormat, ServerSide, SessionManager};

use super::{Case, Outcome, notation};

/// The id that a new session gets of this chance.
pub(super) fn sid(case: &Case) -> Outcome {
    let chance = notation::hex(case.given["random_hex"].as_str().unwrap()).unwrap();
    let records = FlaskRecords { id_length: chance.len(), ..FlaskRecords::default() };
    let random = Random::from_fn(move |bytes| {
        bytes.copy_from_slice(&chance);
        Ok(())
    });
    let settings = ServerSide {
        records: RecordFormat::Flask(records),
        random,
        ..ServerSide::flask(Arc::new(Memory::new()))
    };
    let manager = SessionManager::server_side(settings).unwrap();
    let reply = super::block_on(async {
        let session = manager.open([]).await.unwrap();
        session.insert_value("a", 1);
        manager.save(&session).await.unwrap()
    });
    let cookie = reply.set_cookie().unwrap().split(';').next().unwrap();
    super::compare(cookie.strip_prefix("session="), case.expected["sid"].as_str(), None)
}

/// As Flask-Session makes its signer; which the manager uses, `server_flow` shows.
pub(super) fn signed_sid(case: &Case) -> Outcome {
    assert_eq!(
        (&case.given["salt"], &case.given["key_derivation"]),
        (&"flask-session".into(), &"hmac".into())
    );
    let key = match notation::value(&case.given["secret_key"]) {
        Some(dewar::value::Value::Bytes(key)) => key,
        key => key.unwrap().as_str().unwrap().as_bytes().to_vec(),
    };
    let options = SignerOptions {
        salt: b"flask-session".to_vec(),
        key_derivation: KeyDerivation::Hmac,
        ..SignerOptions::default()
    };
    let signer = Signer::new(&SecretKeys::accepting_weak(key).unwrap(), options).unwrap();
    let signed = signer.sign(case.given["sid"].as_str().unwrap().as_bytes());
    super::compare(signed.as_slice(), case.expected["signed"].as_str().unwrap().as_bytes(), None)
}
