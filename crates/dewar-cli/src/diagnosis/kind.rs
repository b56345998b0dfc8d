//! Which kind of cookie a value is, by its form alone.

use dewar::signing::{Unverified, base64_decode, decode_payload, inspect, looks_sealed};
use serde::Serialize;

use super::flask::{INFLATED, SEPARATOR};

/// The kinds of session cookies that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Flask's session, in the cookie itself.
    Flask,
    /// The same, compressed.
    FlaskCompressed,
    /// Dewar's own: encrypted.
    Sealed,
    /// The id of a session that Dewar or Flask-Session has in a store.
    SessionId,
    /// The same, signed.
    SignedSessionId,
    /// Signed as by itsdangerous, but no session.
    Signed,
    /// None of these.
    Unknown,
}

impl Kind {
    pub(crate) fn of(value: &str) -> Self {
        if is_session_id(value.as_bytes()) {
            return Self::SessionId;
        }
        if looks_sealed(value.as_bytes()) {
            return Self::Sealed;
        }
        match inspect(value.as_bytes(), SEPARATOR) {
            Some(token) => Self::of_token(&token),
            // A JSON object in base64 without a signature: cut short, or never signed.
            None if value.starts_with("eyJ") => Self::Flask,
            None => Self::Unknown,
        }
    }

    fn of_token(token: &Unverified<'_>) -> Self {
        if is_session_id(token.signed) {
            return Self::SignedSessionId;
        }
        let is_compressed = token.value.starts_with(b".");
        let holds_object = decode_payload(token.value, INFLATED).is_ok_and(|json| json.starts_with(b"{"));
        let would_hold_object =
            [b"eyJ".as_slice(), b".eJ"].iter().any(|start| token.signed.starts_with(start));
        match (holds_object || would_hold_object, is_compressed) {
            (true, true) => Self::FlaskCompressed,
            (true, false) => Self::Flask,
            _ if token.signed.is_empty() || token.signature.is_empty() => Self::Unknown,
            _ if base64_decode(token.signature).is_ok() => Self::Signed,
            _ => Self::Unknown,
        }
    }

    pub(crate) fn in_words(self) -> &'static str {
        match self {
            Self::Flask => "Flask session: signed, anyone can read it",
            Self::FlaskCompressed => "Flask session: signed and compressed, anyone can read it",
            Self::Sealed => "Dewar session: encrypted, only its key can read it",
            Self::SessionId => "id of a session in a store, not signed",
            Self::SignedSessionId => "id of a session in a store (Flask-Session), signed",
            Self::Signed => "signed as by itsdangerous, but not a session",
            Self::Unknown => "not a session cookie of a known kind",
        }
    }

    /// Whether the value alone gives access to a session in a store. It is never shown.
    pub(crate) fn is_id(self) -> bool {
        matches!(self, Self::SessionId | Self::SignedSessionId)
    }
}

/// Dewar's own, of 45 characters; `secrets.token_urlsafe(32)` of Flask-Session since 0.6, or the `uuid4` of the versions before.
fn is_session_id(value: &[u8]) -> bool {
    let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_own = value.len() == 45 && value.iter().all(is_base64url);
    let is_token = value.len() == 43 && base64_decode(value).is_ok();
    let is_uuid = value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    is_own || is_token || is_uuid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_by_its_shape() {
        let token = "7QmDk3bBVxkzUw0YpJ3b1n5cK8rT2sLq9ZfHgE4aXYU";
        let uuid = "16fd2706-8baf-433b-82eb-8c7fada847da";
        let signature = "XllnqMhItg8yP9H5gQM1OF57c_U";
        let table = [
            (format!("eyJhIjoxfQ.ZeB58A.{signature}"), Kind::Flask),
            ("eyJhIjoxfQ.ZeB58A.Xlln".into(), Kind::Flask),
            ("eyJhIjoxfQ".into(), Kind::Flask),
            (format!(".eJyrVkpUsjKsBQALBgKJ.ZeB58A.{signature}"), Kind::FlaskCompressed),
            (token.into(), Kind::SessionId),
            (format!("w7{token}"), Kind::SessionId),
            (uuid.into(), Kind::SessionId),
            (format!("{token}.{signature}"), Kind::SignedSessionId),
            (format!("{uuid}.{signature}"), Kind::SignedSessionId),
            (format!("activate-42.{signature}"), Kind::Signed),
            (format!("WzEsMl0.ZeB58A.{signature}"), Kind::Signed),
            ("dark".into(), Kind::Unknown),
            ("example.org/~".into(), Kind::Unknown),
            (String::new(), Kind::Unknown),
            ("...".into(), Kind::Unknown),
        ];
        for (value, kind) in table {
            assert_eq!(Kind::of(&value), kind, "{value}");
        }
    }
}
