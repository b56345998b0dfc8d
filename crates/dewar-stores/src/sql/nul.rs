//! Texts with a NUL, which PostgreSQL cannot store. Keys and owners may be any text.

use std::borrow::Cow;

/// A character that no text has any use for: Unicode reserves it for such purposes.
const ESCAPE: char = '\u{10FFFE}';

/// A text without a NUL. Different texts stay different, and texts with the same prefix keep one.
#[must_use]
pub fn without_nul(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', ESCAPE]) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace(ESCAPE, "\u{10FFFE}e").replace('\0', "\u{10FFFE}0"))
}

/// The text of which [`without_nul`] made this one.
#[must_use]
pub fn with_nul(text: &str) -> Cow<'_, str> {
    if !text.contains(ESCAPE) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\u{10FFFE}0", "\0").replace("\u{10FFFE}e", "\u{10FFFE}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_and_none_has_a_nul() {
        let mut seen = Vec::new();
        for text in
            ["", "a", "\0", "0", "\u{10FFFE}", "\u{10FFFE}0", "\u{10FFFE}e", "\0\u{10FFFE}\0e", "\u{10FFFF}"]
        {
            let stored = without_nul(text).into_owned();
            assert!(!stored.contains('\0') && !seen.contains(&stored), "{text:?}");
            assert_eq!(with_nul(&stored), text, "{text:?}");
            assert!(without_nul(&format!("{text}x")).starts_with(&stored));
            seen.push(stored);
        }
    }
}
