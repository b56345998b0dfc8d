//! The id of a session in a store, as Flask-Session writes it. The id is never shown: anyone who has it can take over the session.

use dewar::signing::{KeyDerivation, Signer, SignerOptions};

use super::Kind;
use super::report::{Question, Report};

pub(super) fn examine(question: &Question<'_>, report: &mut Report) {
    match (report.kind, question.secrets) {
        (Kind::SignedSessionId, Some(secrets)) => match Signer::new(secrets.keys(), options(question.salt)) {
            Ok(signer) => match signer.unsign(question.cookie.value.as_bytes()) {
                Ok(unsigned) => report.valid(unsigned.key),
                Err(error) => report.invalid(error.to_string()),
            },
            Err(error) => report.invalid(error.to_string()),
        },
        (Kind::SessionId, Some(_)) => {
            report.invalid("it has no signature: only its store knows whether it is valid")
        }
        _ => {}
    }
}

/// Those of Flask-Session's `SESSION_USE_SIGNER`.
fn options(salt: Option<&str>) -> SignerOptions {
    SignerOptions {
        salt: salt.unwrap_or("flask-session").as_bytes().to_vec(),
        key_derivation: KeyDerivation::Hmac,
        ..SignerOptions::default()
    }
}
