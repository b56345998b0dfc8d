//! Why a rule ends before its last line.

use std::error::Error;

use crate::StoreError;

/// The reason to end a rule early.
#[derive(Debug)]
pub(super) enum Stop {
    Broken(String),
    NotApplicable(&'static str),
}

/// The result of a rule, and of each of its steps.
pub(super) type Step<T = ()> = Result<T, Stop>;

/// Fails the rule unless the condition holds.
pub(super) fn must(holds: bool, otherwise: impl Into<String>) -> Step {
    if holds { Ok(()) } else { broken(otherwise) }
}

/// Fails the rule.
pub(super) fn broken<T>(how: impl Into<String>) -> Step<T> {
    Err(Stop::Broken(how.into()))
}

/// No rule expects the store to fail.
impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        let mut text = format!("a call failed: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        Self::Broken(text)
    }
}
