//! The error of opening a store.

use std::error::Error;
use std::fmt;

/// The error of a store that could not be opened. The text says what to do; the cause is in [`source`](std::error::Error::source). Neither
/// contains a password. `Debug` shows both, because a `main` that returns the error prints `Debug`.
pub struct OpenError {
    what: String,
    kind: OpenErrorKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// Why a store could not be opened, for callers that handle kinds differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum OpenErrorKind {
    /// The URL is of no engine, or not as that engine wants it.
    WrongUrl,
    /// The store does not exist, and was not to be created.
    Missing,
    /// Anything else, such as a server that does not answer, or rights that are missing.
    Unusable,
}

impl OpenError {
    /// An error with this text, which should say what to do in one line, and never show a password.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), kind: OpenErrorKind::Unusable, source: None }
    }

    /// The URL is wrong.
    pub(crate) fn wrong_url(what: impl Into<String>) -> Self {
        Self { kind: OpenErrorKind::WrongUrl, ..Self::new(what) }
    }

    /// The store does not exist.
    #[allow(dead_code, reason = "memory always exists")]
    pub(crate) fn missing(what: impl Into<String>) -> Self {
        Self { kind: OpenErrorKind::Missing, ..Self::new(what) }
    }

    /// Why the store could not be opened.
    #[must_use]
    pub fn kind(&self) -> OpenErrorKind {
        self.kind
    }

    /// Adds the cause.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

/// The settings are wrong; the error names them.
#[cfg(feature = "dewar")]
impl From<dewar::config::ConfigError> for OpenError {
    fn from(error: dewar::config::ConfigError) -> Self {
        Self::new(error.to_string()).with_source(error)
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl fmt::Debug for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let causes = std::iter::successors(self.source(), |cause| Error::source(*cause));
        // The text of a settings error has already been shown.
        causes
            .map(ToString::to_string)
            .filter(|cause| *cause != self.what)
            .try_for_each(|cause| write!(f, ": {cause}"))
    }
}

impl Error for OpenError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}
