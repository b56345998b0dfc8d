//! The future that a store returns. An answer that is ready at once needs no allocation.

use std::fmt;
use std::future::pending;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::StoreError;

/// A future whose result may be ready at once. A store that never waits allocates nothing for it.
///
/// ```
/// use dewar_core::Answer;
///
/// # async fn ask() -> Result<(), dewar_core::StoreError> {
/// let now: Answer<'_, u8> = Answer::ready(1);
/// let later: Answer<'_, u8> = Answer::later(async { Ok(2) });
/// assert_eq!((now.await?, later.await?), (1, 2));
/// # Ok(())
/// # }
/// ```
#[must_use = "a call that is not awaited may never happen"]
pub enum Answer<'a, T, E = StoreError> {
    /// The result is ready. Nothing was allocated.
    Now(Result<T, E>),
    /// The result comes later.
    Later(BoxedAnswer<'a, T, E>),
}

/// A boxed future with the result of a call.
pub type BoxedAnswer<'a, T, E = StoreError> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

impl<'a, T, E> Answer<'a, T, E> {
    /// A successful answer that is ready.
    pub const fn ready(value: T) -> Self {
        Self::Now(Ok(value))
    }

    /// An answer that comes later: the output of this future.
    pub fn later(future: impl Future<Output = Result<T, E>> + Send + 'a) -> Self {
        Self::Later(Box::pin(future))
    }
}

/// Nothing in it is pinned: a ready answer is moved out, and a boxed future is pinned by its box.
impl<T, E> Unpin for Answer<'_, T, E> {}

impl<'a, T: 'a, E: 'a> Future for Answer<'a, T, E> {
    type Output = Result<T, E>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Self::Later(future) = &mut *self {
            return future.as_mut().poll(context);
        }
        // A boxed zero-sized value is not allocated.
        match mem::replace(&mut *self, Self::Later(Box::pin(pending()))) {
            Self::Now(answer) => Poll::Ready(answer),
            Self::Later(_) => Poll::Pending,
        }
    }
}

impl<T, E> From<Result<T, E>> for Answer<'_, T, E> {
    fn from(answer: Result<T, E>) -> Self {
        Self::Now(answer)
    }
}

impl<T, E> fmt::Debug for Answer<'_, T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Now(Ok(_)) => "Answer(now)",
            Self::Now(Err(_)) => "Answer(failed)",
            Self::Later(_) => "Answer(later)",
        })
    }
}
