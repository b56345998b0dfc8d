//! The id of a session. Whoever knows it can use the session.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use compact_str::CompactString;

use crate::random::{Random, RandomError};

/// The random text in the client's cookie. It never appears in `Debug` output.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SessionId(CompactString);

/// The length of a tag in base64url characters of 6 bits each.
const TAG_CHARACTERS: usize = 2;

impl SessionId {
    /// The length of an id from [`generate_tagged`](Self::generate_tagged).
    pub(crate) const TAGGED_CHARACTERS: usize = TAG_CHARACTERS + 43;

    /// Generates an id: a tag (copied from the id that it replaces, if any) and 256 random bits.
    pub(crate) fn generate_tagged(random: &Random, replacing: Option<&Self>) -> Result<Self, RandomError> {
        let [tag_1, tag_2, chance @ ..]: [u8; 34] = random.bytes()?;
        let mut text = String::with_capacity(Self::TAGGED_CHARACTERS);
        match replacing {
            Some(id) => text.push_str(id.tag()),
            None => text.push_str(base64([tag_1, tag_2], &mut [0; 3])),
        }
        text.truncate(TAG_CHARACTERS);
        text.push_str(base64(chance, &mut [0; 43]));
        Ok(Self(text.into()))
    }

    /// The first 12 bits of the id. A session keeps them when its id is replaced, and the store may see them. A cluster of servers uses
    /// them to put the old and the new id on the same server.
    pub(crate) fn tag(&self) -> &str {
        self.0.get(..TAG_CHARACTERS).unwrap_or_default()
    }

    /// Parses an id that another program may have generated: base64url of 16 to 128 bytes. Returns `None` for any other text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        ((22..=171).contains(&text.len()) && text.bytes().all(is_base64url)).then(|| Self(text.into()))
    }

    /// Wraps an id from a client whose format has been checked.
    pub(crate) fn from_checked(text: &str) -> Self {
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

/// The bytes in base64url, in an array of as many characters. (To append them to a `String`, the crate first clears a kibibyte.)
///
/// # Panics
/// If the array is too short, whatever the bytes are.
#[expect(clippy::expect_used, reason = "every caller has an array that is long enough")]
pub(crate) fn base64<const N: usize>(bytes: impl AsRef<[u8]>, characters: &mut [u8; N]) -> &str {
    let length = URL_SAFE_NO_PAD.encode_slice(bytes, characters).expect("the array is long enough");
    characters.get(..length).and_then(|text| str::from_utf8(text).ok()).expect("base64 is ASCII")
}
