//! Why a command cannot do its work.

use std::error::Error;

use dewar::admin::CopySettingsError;
use dewar::config::ConfigError;
use dewar::error::SettingsError;
use dewar_stores::{OpenError, OpenErrorKind};

/// Why a command cannot do its work.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The arguments are wrong.
    Arguments(Box<dyn Error + Send + Sync>),
    /// The store fails, or cannot do what is asked.
    Store(Box<dyn Error + Send + Sync>),
}

impl Trouble {
    pub(super) fn arguments(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Arguments(what.into())
    }

    pub(super) fn store(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Store(what.into())
    }

    /// Whether a store was to be opened that does not exist.
    pub(super) fn is_missing_store(&self) -> bool {
        let Self::Store(error) = self else { return false };
        error.downcast_ref::<OpenError>().is_some_and(|error| error.kind() == OpenErrorKind::Missing)
    }
}

impl From<SettingsError> for Trouble {
    fn from(error: SettingsError) -> Self {
        Self::arguments(error)
    }
}

impl From<ConfigError> for Trouble {
    fn from(error: ConfigError) -> Self {
        Self::arguments(error)
    }
}

impl From<CopySettingsError> for Trouble {
    fn from(error: CopySettingsError) -> Self {
        Self::arguments(error)
    }
}

impl From<OpenError> for Trouble {
    fn from(error: OpenError) -> Self {
        let is_of_settings = error.source().is_some_and(|source| source.is::<ConfigError>());
        if is_of_settings || error.kind() == OpenErrorKind::WrongUrl {
            Self::arguments(error)
        } else {
            Self::store(error)
        }
    }
}

impl From<dewar::error::Error> for Trouble {
    fn from(error: dewar::error::Error) -> Self {
        Self::store(error)
    }
}
