//! What is written to the terminal. A reader that went away (`| head`) is no error.

use std::fmt::Display;
use std::io::{IsTerminal as _, Write as _, stderr, stdout};

/// A line on standard output, sent at once: somebody may be waiting for it at the other end of a pipe.
pub(crate) fn line(text: impl Display) {
    let mut out = stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Something that the caller should know, although the command goes on.
pub(crate) fn note(text: impl Display) {
    let _ = writeln!(stderr().lock(), "dewar: {text}");
}

/// Why the command cannot do its work.
pub(crate) fn error(error: &dyn std::error::Error) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    note(text);
}

/// Colours, if somebody is there to see them.
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

    pub(crate) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(crate) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    pub(crate) fn good(self, text: &str) -> String {
        self.with("32", text)
    }

    pub(crate) fn bad(self, text: &str) -> String {
        self.with("31", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.is_on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
