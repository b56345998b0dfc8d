//! Writes the `Set-Cookie` header, byte for byte like Werkzeug's `dump_cookie`.

use std::fmt::Write;
use std::time::Duration;

use super::attributes::AttributeText;
use super::{CookiePolicy, PolicyError};
use crate::calendar;
use crate::clock::UnixTime;

/// The limit of browsers for `Max-Age`, 400 days: they reduce a longer time to this (RFC 6265bis §5.5).
pub const MAX_MAX_AGE: Duration = Duration::from_secs(400 * 86_400);

/// 1601-01-01T00:00:00. Browsers cannot parse an earlier `Expires`, and would not remove the cookie (RFC 6265bis §5.1.1).
const EARLIEST_EXPIRES: i64 = -11_644_473_600;

/// A `Set-Cookie` line for any cookie, with the arguments of Werkzeug's `dump_cookie`.
///
/// Unlike [`SessionCookie`](super::SessionCookie) it can write lines that browsers refuse (`SameSite=None` without `Secure`, more than 4,096
/// bytes). But no part can inject an attribute or a header.
#[derive(Debug, Clone, Copy)]
pub struct SetCookie<'a> {
    /// The name and the attributes.
    pub policy: &'a CookiePolicy,
    /// The value. If it has characters that are not allowed in a cookie, including control characters, it is quoted, and they are escaped (`,`
    /// is `\054`).
    pub value: &'a str,
    /// When it expires, limited to the years 1601 to 9999.
    pub expires: Option<UnixTime>,
    /// The time until it expires, in whole seconds, at most [`MAX_MAX_AGE`].
    pub max_age: Option<Duration>,
}

impl SetCookie<'_> {
    /// Returns the value of the header.
    ///
    /// # Errors
    /// [`PolicyError::InvalidName`] or [`PolicyError::InvalidDomain`] if the name or the domain cannot be written.
    pub fn to_header(&self) -> Result<String, PolicyError> {
        let name = self.policy.name.as_str();
        let is_separator = |c: char| c.is_control() || matches!(c, ' ' | '"' | ',' | ';' | '=' | '\\');
        if name.is_empty() || name.contains(is_separator) {
            return Err(PolicyError::InvalidName { name: name.to_owned() });
        }
        let attributes = &AttributeText::from_policy(self.policy)?;
        Ok(SetCookieLine {
            name,
            value: self.value,
            expires: self.expires,
            max_age: self.max_age,
            attributes,
        }
        .write())
    }
}

/// A line whose parts have been checked.
pub(super) struct SetCookieLine<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
    pub(super) expires: Option<UnixTime>,
    pub(super) max_age: Option<Duration>,
    pub(super) attributes: &'a AttributeText,
}

impl SetCookieLine<'_> {
    pub(super) fn write(&self) -> String {
        const TIMES: usize = "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=34560000".len();
        let AttributeText { before_times, after_times, .. } = self.attributes;
        // Without times the line is as long as the memory it takes, and becomes a header without another allocation.
        let times = if self.expires.is_some() || self.max_age.is_some() { TIMES } else { 0 };
        let size =
            self.name.len() + 1 + written_size(self.value) + before_times.len() + times + after_times.len();
        let mut line = String::with_capacity(size);
        line.extend([self.name, "="]);
        push_value(&mut line, self.value);
        line.push_str(before_times);
        if let Some(expires) = self.expires {
            line.extend(["; Expires=", &date(expires)]);
        }
        if let Some(max_age) = self.max_age {
            let _ = write!(line, "; Max-Age={}", max_age.min(MAX_MAX_AGE).as_secs()); // a String takes all
        }
        line.push_str(after_times);
        line
    }
}

fn date(moment: UnixTime) -> String {
    calendar::http_date(moment.seconds().clamp(EARLIEST_EXPIRES, calendar::MAX_SECONDS)).unwrap_or_default()
}

/// How many bytes [`push_value`] writes.
pub(super) fn written_size(value: &str) -> usize {
    if needs_no_quotes(value) { value.len() } else { 2 + value.bytes().map(escaped_size).sum::<usize>() }
}

fn push_value(line: &mut String, value: &str) {
    if needs_no_quotes(value) {
        line.push_str(value);
        return;
    }
    line.push('"');
    for byte in value.bytes() {
        match escaped_size(byte) {
            1 => line.push(char::from(byte)),
            2 => line.extend(['\\', char::from(byte)]),
            _ => {
                let _ = write!(line, "\\{byte:03o}"); // a String takes all
            }
        }
    }
    line.push('"');
}

/// It has no early exit, so that it is vectorized, since nearly every value passes.
fn needs_no_quotes(value: &str) -> bool {
    value.bytes().fold(true, |plain, byte| plain & is_plain(byte))
}

/// A byte that needs no quotes around it: every visible one but `"`, `,`, `;` and `\`.
fn is_plain(byte: u8) -> bool {
    (byte > b' ') & (byte < 0x7f) & (byte != b'"') & (byte != b',') & (byte != b';') & (byte != b'\\')
}

/// Inside quotes, a byte is written as itself, after a backslash, or as a backslash and three octal digits.
fn escaped_size(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' => 2,
        b' ' => 1,
        _ if is_plain(byte) => 1,
        _ => 4,
    }
}
