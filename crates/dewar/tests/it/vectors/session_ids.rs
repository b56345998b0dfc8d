//! `sid` and `signed_sid`: ids of sessions, and how they are signed in the cookie.

use std::sync::Arc;

use dewar::random::Random;
use dewar::settings::{FlaskRecords, RecordFormat};
use dewar::signing::{KeyDerivation, SecretKeys, Signer, SignerOptions};
use dewar::store::Memory;
use dewar::{ServerSide, SessionManager};

use super::given::{Given, Judged, Known, ensure};
use super::{Case, Outcome, notation};

/// How many bytes an id may have.
const GIVEN_OUT: std::ops::RangeInclusive<usize> = 16..=128;

/// The id that a new session gets of this chance.
pub(super) fn sid(case: &Case) -> Judged {
    let chance = notation::hex(case.given["random_hex"].text()?).known()?;
    if !GIVEN_OUT.contains(&chance.len()) {
        return Ok(Outcome::Excused("an-id-cannot-be-guessed"));
    }
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
    let manager = SessionManager::server_side(settings).known()?;
    let reply = super::block_on(async {
        let session = manager.open([]).await.known()?;
        session.insert_value("a", 1);
        manager.save(&session).await.known()
    })?;
    let cookie = reply.set_cookie().known()?.split(';').next().known()?;
    Ok(super::compare(cookie.strip_prefix("session="), case.expected["sid"].as_str(), None))
}

/// As Flask-Session makes its signer; which the manager uses, `server_flow` shows.
pub(super) fn signed_sid(case: &Case) -> Judged {
    let is_flask_session = case.given["salt"] == "flask-session" && case.given["key_derivation"] == "hmac";
    ensure(is_flask_session, "another signer than Flask-Session's")?;
    let key = match notation::value(&case.given["secret_key"]) {
        Some(dewar::value::Value::Bytes(key)) => key,
        key => key.as_ref().and_then(|key| key.as_str()).known()?.as_bytes().to_vec(),
    };
    let options = SignerOptions {
        salt: b"flask-session".to_vec(),
        key_derivation: KeyDerivation::Hmac,
        ..SignerOptions::default()
    };
    let signer = Signer::new(&SecretKeys::accepting_weak(key).known()?, options).known()?;
    let signed = signer.sign(case.given["sid"].text()?.as_bytes());
    Ok(super::compare(signed.as_slice(), case.expected["signed"].text()?.as_bytes(), None))
}
