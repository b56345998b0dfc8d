//! Colours.

use std::io::{IsTerminal as _, stdout};

use super::Text;

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
