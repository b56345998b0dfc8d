//! The name of a session: who knows it, has the session.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use compact_str::CompactString;

use crate::random::{Random, RandomError};

/// What the client holds: unpredictable text. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionId(CompactString);

/// How many random bytes an id may be made of: Flask-Session lets a program choose.
const MOST_BYTES: usize = 128;

impl SessionId {
    /// A new one of so many random bytes (128 at most): Python's `secrets.token_urlsafe`.
    pub(crate) fn generate(random: &Random, bytes: usize) -> Result<Self, RandomError> {
        let mut buffer = [0; MOST_BYTES];
        let (chance, _) = buffer.split_at_mut(bytes.min(MOST_BYTES));
        random.fill(chance)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(&*chance).into()))
    }

    /// One that a client presents, whose form was looked at.
    pub(crate) fn presented(text: &str) -> Self {
        Self(text.into())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId(…)")
    }
}
