//! Text that is safe to show: it moves no cursor, changes no title, and reads in the order in which it is written.
//!
//! A character that a terminal obeys, or that reorders or hides others (Unicode Technical Report 36, §3.2), is written as JSON would
//! escape it: `\u001b`. So JSON stays the same JSON.

use std::fmt::{self, Write as _};
use std::io::{IsTerminal as _, stdout};

/// What may go to a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text(String);

impl Text {
    /// A piece of a line: line feeds are escaped, too, so that a cookie's name cannot add a line of its own.
    pub(crate) fn line(text: &str) -> Self {
        Self::escaped(text, is_unsafe)
    }

    /// Several lines.
    pub(crate) fn lines(text: &str) -> Self {
        Self::escaped(text, |c| is_unsafe(c) && c != '\n')
    }

    /// JSON, which has controls between its values only, where a space does as well.
    pub(crate) fn json(json: &str) -> Self {
        Self::lines(&json.replace(['\r', '\t'], " "))
    }

    /// This one, then another.
    pub(crate) fn and(mut self, other: &Self) -> Self {
        self.push(other);
        self
    }

    pub(crate) fn push(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// Between two sequences of the program's own.
    fn between(self, start: &str, end: &str) -> Self {
        Self([start, &self.0, end].concat())
    }

    fn escaped(text: &str, is_unsafe: impl Fn(char) -> bool) -> Self {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            if is_unsafe(c) {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            } else {
                out.push(c);
            }
        }
        Self(out)
    }
}

/// Controls, and what has no shape of its own but changes how others are read. The two joiners are not among them: words need them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c,
            // Marks that turn the direction of what follows.
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            // Separators of lines and paragraphs.
            | '\u{2028}' | '\u{2029}'
            // Invisible: a soft hyphen, spaces of no width, operators, annotations, tags.
            | '\u{ad}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::line(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::line(&text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Colours, on a terminal that shows them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    is_on: bool,
}

impl Paint {
    /// Only on a terminal that has them, and not if `NO_COLOR` says anything (no-color.org).
    pub(crate) fn for_stdout() -> Self {
        let says = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        Self { is_on: stdout().is_terminal() && !says("NO_COLOR") && !is_dumb }
    }

    pub(crate) fn bold(self, text: &str) -> Text {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> Text {
        self.with("2", text)
    }

    pub(crate) fn good(self, text: &str) -> Text {
        self.with("32", text)
    }

    pub(crate) fn bad(self, text: &str) -> Text {
        self.with("31", text)
    }

    fn with(self, code: &str, text: &str) -> Text {
        let text = Text::line(text);
        if self.is_on { text.between(&format!("\x1b[{code}m"), "\x1b[0m") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_escaped() {
        for (text, shown) in [
            ("zoë ✓ 日本 می‌خواهم 👩‍🚀", "zoë ✓ 日本 می‌خواهم 👩‍🚀"),
            ("\x1b]0;x\x07\x7f\u{9b}31m", "\\u001b]0;x\\u0007\\u007f\\u009b31m"),
            ("\u{202e}cba\u{2066}\u{61c}", "\\u202ecba\\u2066\\u061c"),
            ("\u{e0041}", "\\udb40\\udc41"),
            ("a\nb\r", "a\\u000ab\\u000d"),
        ] {
            assert_eq!(Text::line(text).to_string(), shown);
        }
        assert_eq!(Text::lines("a\nb\r").to_string(), "a\nb\\u000d");
    }

    #[test]
    fn escaped_json_is_the_same_json() {
        let json = "{\"\u{9b}\":\t[\"\u{7f}\u{202e}\u{e0041}\u{2028}\\u001b\",\r\n1]}";
        let shown = Text::json(json).to_string();
        assert!(!shown.contains(|c: char| is_unsafe(c) && c != '\n'), "{shown:?}");
        let value = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(value(&shown), value(json));
    }
}
