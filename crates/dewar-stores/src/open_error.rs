//! Why a store could not be opened.

use std::error::Error;
use std::fmt;

/// A store could not be opened. The words say what to do; what lies behind is in `source`. Passwords are in neither. `Debug` shows
/// both, as a `main` that returns the error prints it.
pub struct OpenError {
    what: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl OpenError {
    /// What is wrong, for a person who can change it.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), source: None }
    }

    /// With what lies behind.
    #[allow(dead_code, reason = "memory cannot fail")]
    pub(crate) fn with_source(self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..self }
    }
}

/// The settings are wrong, which the error says by their names.
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
        // What the settings' error says is said already.
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
