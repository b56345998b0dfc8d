//! Text as in Python: Unicode, in rare cases with lone surrogates.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use compact_str::CompactString;

/// A Python `str`: nearly always well-formed Unicode, in rare cases with lone surrogates (as in a form field that was cut in the middle of
/// an emoji). Short text is stored without an allocation.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Repr);

#[derive(Clone, PartialEq, Eq)]
enum Repr {
    Utf8(CompactString),
    /// UTF-16 code units, at least one of them a lone surrogate.
    Wide(Box<[u16]>),
}

impl Text {
    /// Creates a text from UTF-16 code units, which may include lone surrogates.
    #[must_use]
    pub fn from_utf16(units: &[u16]) -> Self {
        match String::from_utf16(units) {
            Ok(text) => text.into(),
            Err(_) => Self(Repr::Wide(units.into())),
        }
    }

    /// Returns the text, unless it contains a lone surrogate.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Utf8(text) => Some(text),
            Repr::Wide(_) => None,
        }
    }

    /// Returns the text with each lone surrogate replaced by U+FFFD.
    #[must_use]
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Utf8(text) => Cow::Borrowed(text),
            Repr::Wide(units) => Cow::Owned(String::from_utf16_lossy(units)),
        }
    }

    /// Returns `true` if the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_str() == Some("")
    }

    /// Returns the code points in order; a lone surrogate is returned as its number, U+D800 to U+DFFF.
    pub fn code_points(&self) -> impl Iterator<Item = u32> + '_ {
        let (utf8, wide) = match &self.0 {
            Repr::Utf8(text) => (text.as_str(), &[][..]),
            Repr::Wide(units) => ("", &units[..]),
        };
        let wide = char::decode_utf16(wide.iter().copied())
            .map(|unit| unit.map_or_else(|lone| u32::from(lone.unpaired_surrogate()), u32::from));
        utf8.chars().map(u32::from).chain(wide)
    }
}

impl Text {
    /// The UTF-16 code units, high byte first.
    pub(crate) fn to_utf16be(&self) -> Vec<u8> {
        let units: Vec<u16> = match &self.0 {
            Repr::Utf8(text) => text.encode_utf16().collect(),
            Repr::Wide(units) => units.to_vec(),
        };
        units.into_iter().flat_map(u16::to_be_bytes).collect()
    }

    /// Creates a text from UTF-16 code units, high byte first. Returns `None` for half a unit.
    pub(crate) fn from_utf16be(bytes: &[u8]) -> Option<Self> {
        let (units, []) = bytes.as_chunks::<2>() else { return None };
        Some(Self::from_utf16(&units.iter().map(|unit| u16::from_be_bytes(*unit)).collect::<Vec<_>>()))
    }
}

impl Default for Text {
    /// The empty text.
    fn default() -> Self {
        Self::from("")
    }
}

impl From<&str> for Text {
    #[inline]
    fn from(text: &str) -> Self {
        Self(Repr::Utf8(text.into()))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Repr::Utf8(text.into()))
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == Some(other)
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

/// Compares by code point, as Python does: U+FFFF comes before U+1F600.
impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            // UTF-8 sorts in the order of its code points.
            (Repr::Utf8(left), Repr::Utf8(right)) => left.cmp(right),
            _ => self.code_points().cmp(other.code_points()),
        }
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match &self.0 {
            // The hash of `str`, so that a map can be searched with a `&str`.
            Repr::Utf8(text) => text.as_str().hash(state),
            Repr::Wide(units) => units.hash(state),
        }
    }
}

impl indexmap::Equivalent<Text> for str {
    fn equivalent(&self, key: &Text) -> bool {
        key == self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_str_lossy())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Utf8(text) => fmt::Debug::fmt(text, f),
            Repr::Wide(units) => write!(f, "Text::from_utf16({units:04x?})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_surrogate_is_kept_and_a_pair_is_joined() {
        let lone = Text::from_utf16(&[0x61, 0xd800]);
        assert_eq!(lone.as_str(), None);
        assert_eq!(lone.to_str_lossy(), "a\u{fffd}");
        assert_eq!(lone.code_points().collect::<Vec<_>>(), [0x61, 0xd800]);
        assert_eq!(Text::from_utf16(&[0xd83d, 0xde00]), Text::from("\u{1f600}"));
    }

    #[test]
    fn order_is_by_code_point_not_by_utf16_unit() {
        let (last_of_plane_0, emoji, lone) =
            (Text::from("\u{ffff}"), Text::from("\u{1f600}"), Text::from_utf16(&[0xd800]));
        assert!(last_of_plane_0 < emoji && lone < last_of_plane_0 && lone < emoji);
    }
}
