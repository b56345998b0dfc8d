//! Futures that do not wait need no place on the heap.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use super::error::Error;
use crate::store::StoreError;

/// Runs a future that asks only a store whose [answers are ready](crate::store::Store::answers_at_once). It stays on the stack, where it is
/// made.
///
/// # Errors
/// Those of the future, and when the store has to wait. The future is dropped then, as that of a request that was cancelled.
pub(super) fn at_once<T>(future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => Err(StoreError::refused("its answers_at_once() is true, but it has to wait").into()),
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;
    use crate::manager::error::ErrorKind;

    #[test]
    fn a_future_that_waits_although_its_store_said_otherwise_is_an_error() {
        assert_eq!(at_once(ready(Ok(7))).unwrap(), 7);
        let why = at_once(pending::<Result<(), Error>>()).unwrap_err();
        assert_eq!(*why.kind(), ErrorKind::Unavailable);
        assert!(why.with_causes().contains("answers_at_once"), "{}", why.with_causes());
    }
}
