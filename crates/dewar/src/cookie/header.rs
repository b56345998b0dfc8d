//! The `Cookie` header of a request, in the grammar of Werkzeug 3.1.9, in linear time and without copying.
//!
//! The headers are bytes, since browsers send what they were given: a value in Latin-1 must not hide the
//! session.
//!
//! Each `;` ends a pair, even within quotes. Werkzeug reads on to the closing quote, so that a cookie `a="`
//! before the session swallows it, and shows it where `a` is shown; but no browser sends a `;` as part of a
//! value (RFC 6265bis §5.6).

use std::borrow::Cow;

/// How many cookies of the session's name are read at most: a neighbour on the same domain can set many of
/// that name.
pub const MAX_CANDIDATES: usize = 8;

/// The values of the cookies with exactly this name, in the order in which they came, at most
/// [`MAX_CANDIDATES`].
///
/// `headers` are the values of the request's `Cookie` headers: HTTP/2 may split them. Names are compared byte
/// by byte; case counts, and neither percent-encoding nor `$Version` has a meaning. A malformed pair is
/// skipped. Nothing is copied unless a value is in quotes and has an escape.
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

/// As [`find`], but each value only once.
pub(crate) fn candidates<'h>(
    headers: impl IntoIterator<Item = &'h [u8]>,
    name: &str,
) -> impl Iterator<Item = Cow<'h, [u8]>> {
    let mut seen: [Option<Cow<'h, [u8]>>; MAX_CANDIDATES] = [const { None }; MAX_CANDIDATES];
    find(headers, name).filter(move |value| {
        let is_new = !seen.iter().flatten().any(|earlier| earlier == value);
        if let Some(free) = seen.iter_mut().find(|seen| seen.is_none()) {
            *free = Some(value.clone());
        }
        is_new
    })
}

/// All well-formed pairs, in the order in which they came; see [`find`].
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

    /// The value, without quotes and escapes; empty if there was no `=`.
    #[must_use]
    pub fn value(&self) -> Cow<'h, [u8]> {
        self.value.bytes()
    }

    /// The name and the value as in Flask's `request.cookies`: each byte is a character (Latin-1); but a
    /// quoted value is unescaped and read as UTF-8.
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
    /// What follows the name: nothing, or `=` and a value. `None` if it is neither.
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

/// Whether each quote and each backslash inside the quotes has a backslash before it, and each backslash
/// something after.
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

/// `\ooo` (three octal digits, below 256) is that byte, and any other character after a backslash is itself.
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

/// Checks 32 bytes at once: the fold has no early exit, so that it is vectorized.
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

/// The name and all that follows; `None` without a name.
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
