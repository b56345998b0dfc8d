//! The source of randomness: a parameter, so that tests can make it fail.

mod unique;

use std::fmt;
use std::sync::Arc;

/// A source of unpredictable bytes: the operating system, unless a test supplies its own.
///
/// A forked process never returns the same bytes as its parent.
#[derive(Clone, Default)]
pub struct Random {
    source: Source,
}

type Fill = dyn Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync;

#[derive(Clone, Default)]
enum Source {
    #[default]
    System,
    Function(Arc<Fill>),
}

/// The error of a source of randomness that failed. There is no weaker source to fall back on: the request must fail (503).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RandomError;

impl Random {
    /// The operating system's generator.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A source that calls your function, for tests.
    #[must_use]
    pub fn from_fn(fill: impl Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync + 'static) -> Self {
        Self { source: Source::Function(Arc::new(fill)) }
    }

    /// Returns `N` random bytes.
    ///
    /// # Errors
    /// When the source fails.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], RandomError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Returns `N` random bytes that are unique, but need not stay secret, such as a nonce. Where it asks the operating system, it asks for many
    /// at once, since that takes half a microsecond however few they are; the others stay in memory until later calls of the thread return them.
    ///
    /// If a virtual machine is cloned with its memory, both may return the bytes that were left.
    ///
    /// # Errors
    /// When the source fails.
    pub fn unique<const N: usize>(&self) -> Result<[u8; N], RandomError> {
        match &self.source {
            Source::System => unique::bytes(),
            Source::Function(_) => self.bytes(),
        }
    }

    /// Fills the slice with random bytes.
    ///
    /// # Errors
    /// When the source fails.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), RandomError> {
        match &self.source {
            Source::System => getrandom::fill(bytes).map_err(|_| RandomError),
            Source::Function(fill) => fill(bytes),
        }
    }
}

impl RandomError {
    /// The error for your own source to return.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Default for RandomError {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RandomError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the operating system's source of randomness failed")
    }
}

impl std::error::Error for RandomError {}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.source {
            Source::System => "Random(system)",
            Source::Function(_) => "Random(function)",
        })
    }
}
