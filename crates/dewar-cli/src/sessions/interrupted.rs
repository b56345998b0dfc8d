//! A store stopped answering in the middle of the work.

use std::error::Error;
use std::fmt;

use super::trouble::Trouble;

/// Adds to a failure of the store what it means and what to do.
pub(super) fn run_again(advice: &'static str) -> impl Fn(Trouble) -> Trouble {
    move |trouble| match trouble {
        Trouble::Store(cause) => Trouble::store(Interrupted { advice, cause }),
        other => other,
    }
}

/// The work stopped for longer than the command waits.
#[derive(Debug)]
struct Interrupted {
    advice: &'static str,
    cause: Box<dyn Error + Send + Sync>,
}

impl fmt::Display for Interrupted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice)
    }
}

impl Error for Interrupted {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(self.cause.as_ref())
    }
}
