//! How far a long work has come.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::time::Duration;

use dewar::clock::{Clock, UnixTime};

use super::Text;

/// On a terminal the line is replaced this often.
const ON_TERMINAL: Duration = Duration::from_millis(200);
/// In a log a line is added this often.
const IN_LOG: Duration = Duration::from_secs(10);

/// Tells on standard error how far a long work has come: a line that changes on a terminal, a line every ten seconds in a log.
#[derive(Debug)]
pub(crate) struct Progress {
    is_terminal: bool,
    last: UnixTime,
    /// The length of the line on the terminal.
    shown: usize,
}

impl Progress {
    pub(crate) fn new() -> Self {
        Self { is_terminal: stderr().is_terminal(), last: Clock::system().now(), shown: 0 }
    }

    /// Shows the text if it is time to.
    pub(crate) fn show(&mut self, text: impl FnOnce() -> String) {
        let now = Clock::system().now();
        if now.since(self.last) < if self.is_terminal { ON_TERMINAL } else { IN_LOG } {
            return;
        }
        self.last = now;
        let text = Text::line(&text()).to_string();
        let _ = if self.is_terminal {
            let width = self.shown;
            self.shown = text.chars().count();
            write!(stderr().lock(), "\r{text:<width$}")
        } else {
            writeln!(stderr().lock(), "dewar: {text}")
        };
    }

    /// Removes the line from the terminal, so that another can take its place.
    pub(crate) fn clear(&mut self) {
        let width = std::mem::take(&mut self.shown);
        if width > 0 {
            let _ = write!(stderr().lock(), "\r{:width$}\r", "");
        }
    }
}

/// What follows has the line for itself.
impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
