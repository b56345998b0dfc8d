//! Asking the person at the terminal.

use std::io::{BufRead as _, IsTerminal as _, Write as _, stderr, stdin};

use super::Text;

/// Asks, and returns whether the answer was yes. `None`: nobody is there to answer.
pub(crate) fn confirm(question: &str) -> Option<bool> {
    if !stdin().is_terminal() {
        return None;
    }
    let _ = write!(stderr().lock(), "{} [y/N] ", Text::line(question));
    let mut answer = String::new();
    let read = stdin().lock().read_line(&mut answer);
    Some(read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes" | "Yes"))
}
