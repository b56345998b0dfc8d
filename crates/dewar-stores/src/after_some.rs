//! Errors of calls that remove many entries, step by step.

use dewar_core::{StoreError, StoreErrorKind};

/// The error of such a call after it has removed this many entries. Once there are some, it must not say that nothing was done.
pub(crate) fn after_some(error: StoreError, removed: usize) -> StoreError {
    match error.kind() {
        StoreErrorKind::Refused | StoreErrorKind::Unavailable | StoreErrorKind::Busy if removed > 0 => {
            StoreError::no_answer(error)
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_was_done_only_if_nothing_was_removed() {
        for error in [StoreError::refused("no"), StoreError::unavailable("no"), StoreError::busy("no")] {
            let kind = error.kind();
            let error = after_some(error, 0);
            assert_eq!(error.kind(), kind);
            assert_eq!(after_some(error, 1).kind(), StoreErrorKind::NoAnswer);
        }
    }
}
