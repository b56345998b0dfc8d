//! Parses the `Cookie` header of a request with the grammar of Werkzeug 3.1.9, in linear time and without copying.
//!
//! The headers are bytes, since browsers return what they were given: a cookie with a value in Latin-1 must not hide the session.
//!
//! Each `;` ends a pair, even within quotes. Werkzeug reads on to the closing quote, so a cookie `a="` before the session would swallow the
//! session, and show it wherever `a` is shown. No browser sends a `;` as part of a value (RFC 6265bis §5.6).

use std::borrow::Cow;

/// The largest number of cookies with the session's name that are read. Another site on the same domain can set many with that name.
pub const MAX_CANDIDATES: usize = 8;

/// Returns the values of the cookies with exactly this name, in the order of the header, at most [`MAX_CANDIDATES`].
///
/// `headers` are the values of the request's `Cookie` headers, since HTTP/2 may split them. Names are compared byte by byte: they are
/// case-sensitive, and percent-encoding and `$Version` have no meaning. A malformed pair is skipped. A value is copied only if it is quoted and
/// contains an escape.
///
/// ```
/// let header: &[u8] = b"a=1; session=first; session=\"second\"";
/// let values: Vec<_> = dewar::cookie::find([header], "session").collect();
/// assert_eq!(values, [&b"first"[..], &b"second"[..]]);
/// ```
pub fn find<'h>(
    headers: impl IntoIterator<Item = &'h [u8]>,
    name: &str,
) -> impl Iterator<Item = Cow<'h, [u8]>> {
    headers
        .into_iter()
        .flat_map(segments)
        .filter_map(move |segment| {
            let (found, rest) = split_name(segment)?;
            if found == name.as_bytes() { RawValue::read(rest) } else { None }
        })
        .take(MAX_CANDIDATES)
        .map(RawValue::bytes)
}

/// Like [`find`], but returns each value only once.
pub(crate) fn candidates<'h>(
    headers: impl IntoIterator<Item = &'h [u8]>,
    name: &str,
) -> impl Iterator<Item = Cow<'h, [u8]>> {
    // Most requests have one, which needs no list.
    let (mut first, mut others) = (None, Vec::new());
    find(headers, name).filter(move |value| {
        let is_new = first.as_ref() != Some(value) && !others.contains(value);
        match &first {
            None => first = Some(value.clone()),
            Some(_) if is_new => others.push(value.clone()),
            Some(_) => {}
        }
        is_new
    })
}

/// Returns all well-formed pairs, in the order of the header; see [`find`].
pub fn pairs<'h>(headers: impl IntoIterator<Item = &'h [u8]>) -> impl Iterator<Item = Pair<'h>> {
    headers.into_iter().flat_map(segments).filter_map(|segment| {
        let (name, rest) = split_name(segment)?;
        Some(Pair { name, value: RawValue::read(rest)? })
    })
}

/// One cookie of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair<'h> {
    name: &'h [u8],
    value: RawValue<'h>,
}

impl<'h> Pair<'h> {
    /// The name, never empty.
    #[must_use]
    pub fn name(&self) -> &'h [u8] {
        self.name
    }

    /// The value, without quotes and escapes; empty without a `=`.
    #[must_use]
    pub fn value(&self) -> Cow<'h, [u8]> {
        self.value.bytes()
    }

    /// The name and the value as in Flask's `request.cookies`: each byte is a character (Latin-1), but a quoted value is unescaped and read as UTF-8.
    #[must_use]
    pub fn flask_text(&self) -> (String, String) {
        let RawValue { text, is_quoted } = self.value;
        let value = match latin_1(text) {
            value if is_quoted => String::from_utf8_lossy(&unescaped(value.as_bytes())).into_owned(),
            value => value,
        };
        (latin_1(self.name), value)
    }
}

/// A value as it is in the header, without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RawValue<'h> {
    text: &'h [u8],
    is_quoted: bool,
}

impl<'h> RawValue<'h> {
    /// Parses what follows the name: nothing, or `=` and a value. `None` for anything else.
    fn read(rest: &'h [u8]) -> Option<Self> {
        let rest = trim_start(trim_end(rest));
        if rest.is_empty() {
            return Some(Self { text: rest, is_quoted: false });
        }
        let text = trim_start(rest.strip_prefix(b"=")?);
        if let Some(text) = text.strip_prefix(b"\"") {
            let text = text.strip_suffix(b"\"")?;
            return is_quotable(text).then_some(Self { text, is_quoted: true });
        }
        let is_token = !text.iter().fold(false, |found, byte| found | matches!(byte, b' ' | b'\t' | b'"'));
        is_token.then_some(Self { text, is_quoted: false })
    }

    fn bytes(self) -> Cow<'h, [u8]> {
        if self.is_quoted { unescaped(self.text) } else { Cow::Borrowed(self.text) }
    }
}

/// Whether each quote and backslash inside the quotes is escaped with a backslash, and each backslash is followed by something.
fn is_quotable(text: &[u8]) -> bool {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return false,
            b'\\' if bytes.next().is_none() => return false,
            _ => {}
        }
    }
    true
}

/// Unescapes a value: `\ooo` (three octal digits, below 256) is that byte, and any other character after a backslash is itself.
fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\\') {
        return Cow::Borrowed(text);
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, others)) = rest.split_first() {
        let byte;
        (byte, rest) = match (first, others) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', others @ ..]) => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), others)
            }
            (b'\\', [escaped, others @ ..]) => (*escaped, others),
            _ => (first, others),
        };
        bytes.push(byte);
    }
    Cow::Owned(bytes)
}

/// The parts of a header between its semicolons.
fn segments(header: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(header);
    std::iter::from_fn(move || {
        let (segment, others) = split_at_semicolon(rest.take()?);
        rest = others;
        Some(segment)
    })
}

/// Checks 32 bytes at once. The fold has no early exit, so that it is vectorized.
fn split_at_semicolon(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    const STEP: usize = 32;
    let has_semicolon = |chunk: &[u8]| chunk.iter().fold(false, |found, &byte| found | (byte == b';'));
    let skipped = STEP * text.chunks_exact(STEP).take_while(|chunk| !has_semicolon(chunk)).count();
    let (before, from) = text.split_at(skipped);
    match from.iter().position(|&byte| byte == b';') {
        Some(at) => {
            let (segment, others) = text.split_at(before.len() + at);
            (segment, others.get(1..))
        }
        None => (text, None),
    }
}

/// The name, and everything after it; `None` without a name.
fn split_name(segment: &[u8]) -> Option<(&[u8], &[u8])> {
    let segment = trim_start(segment);
    let end =
        segment.iter().position(|byte| matches!(byte, b' ' | b'\t' | b'=' | b'"')).unwrap_or(segment.len());
    (end > 0).then(|| segment.split_at(end))
}

fn trim_start(mut text: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = text {
        text = rest;
    }
    text
}

fn trim_end(mut text: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t'] = text {
        text = rest;
    }
    text
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}
