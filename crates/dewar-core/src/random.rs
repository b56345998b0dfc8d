//! Where randomness comes from: a parameter, so that a failing generator can be tested.

use std::fmt;
use std::sync::Arc;

/// A source of unpredictable bytes: the operating system's, unless a test brings its own.
///
/// Nothing is kept between calls, so a process that forks cannot hand out the same bytes twice.
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

/// The source of randomness failed. There is no weaker source to fall back on: the request must fail (503).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RandomError;

impl Random {
    /// The operating system's generator.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A source of your own: for tests.
    #[must_use]
    pub fn from_fn(fill: impl Fn(&mut [u8]) -> Result<(), RandomError> + Send + Sync + 'static) -> Self {
        Self { source: Source::Function(Arc::new(fill)) }
    }

    /// `N` bytes.
    ///
    /// # Errors
    /// When the source fails.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], RandomError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// As many bytes as there is room for.
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
    /// The failure, for a source of your own to report.
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
        f.write_str("the source of randomness failed")
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
