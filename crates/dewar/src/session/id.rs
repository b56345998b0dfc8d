//! The name of a session: who knows it, has the session.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use compact_str::CompactString;

use crate::random::{Random, RandomError};

/// What the client holds: unpredictable text. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionId(CompactString);

/// Base64url characters of a tag: 6 bits each.
const TAG_CHARACTERS: usize = 2;

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

    /// How many characters [`generate_tagged`](Self::generate_tagged) gives.
    pub(crate) const TAGGED_CHARACTERS: usize = TAG_CHARACTERS + 43;

    /// A new one: a tag, that of the old id if there is one, and 256 random bits.
    pub(crate) fn generate_tagged(random: &Random, in_place_of: Option<&Self>) -> Result<Self, RandomError> {
        let [tag_1, tag_2, chance @ ..] = random.bytes::<34>()?;
        let mut text = CompactString::with_capacity(Self::TAGGED_CHARACTERS);
        let new_tag = URL_SAFE_NO_PAD.encode([tag_1, tag_2]);
        let tag = in_place_of.map_or(new_tag.as_str(), Self::tag);
        text.push_str(tag.get(..TAG_CHARACTERS).unwrap_or_default());
        text.push_str(&URL_SAFE_NO_PAD.encode::<[u8; 32]>(chance));
        Ok(Self(text))
    }

    /// Its first 12 bits: all ids that a session has had one after the other have them in common, and the store may see them. Where a
    /// store is made of several servers, it lies on one and the same.
    pub(crate) fn tag(&self) -> &str {
        self.0.get(..TAG_CHARACTERS).unwrap_or_default()
    }

    /// One that another program may have given out, by its form: base64url of 16 to 128 bytes.
    pub(crate) fn of_text(text: &str) -> Option<Self> {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        ((22..=171).contains(&text.len()) && text.bytes().all(is_base64url)).then(|| Self(text.into()))
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
