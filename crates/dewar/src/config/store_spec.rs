//! Where sessions are stored, as the settings say it. This crate has no engines: it reads what is for each of them, and a crate that
//! has some, such as `dewar-stores`, says what it means.

use std::fmt;
use std::ops::RangeInclusive;

use super::error::ConfigError;
use super::known;
use super::reader::Reader;
use crate::value::{Map, Text};

/// Where the settings say that sessions are stored, and the settings of the store. `dewar_stores::from_config` opens it.
///
/// Every setting of the program that is not read by [`Config`](super::Config) itself can be asked for: which of them a store has is
/// known to the crate that opens it. `Debug` shows no value of a setting.
#[derive(Clone)]
pub struct StoreSpec {
    place: StorePlace,
    settings: Map,
    is_previous: bool,
}

/// Which store it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorePlace {
    /// `SESSION_STORE`: a URL, and Dewar's own records.
    Url(StoreUrl),
    /// `SESSION_TYPE`, as it was set: a type of Flask-Session, and its records.
    SessionType(String),
}

/// A URL as it was set, perhaps with a password in it. `Debug` shows none.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(String);

impl StoreSpec {
    pub(super) fn new(place: StorePlace, settings: Map) -> Self {
        Self { place, settings, is_previous: false }
    }

    /// The same, of a previous manager.
    pub(super) fn of_previous(&mut self) {
        self.is_previous = true;
    }

    /// Which store it is.
    #[must_use]
    pub fn place(&self) -> &StorePlace {
        &self.place
    }

    /// Refuses a setting that begins with `SESSION_` and is none of those that are read here, nor one of these.
    ///
    /// # Errors
    /// [`ConfigError::UnknownSetting`].
    pub fn check_names(&self, known: &[&'static str]) -> Result<(), ConfigError> {
        let mut unknown = names(&self.settings).filter(|name| !known.contains(name));
        unknown.next().map_or(Ok(()), |name| Err(known::unknown(name, known)))
    }

    /// Whether a setting is there, and not null.
    #[must_use]
    pub fn is_set(&self, setting: &'static str) -> bool {
        self.reader().is_set(setting)
    }

    /// A text; `None` if the setting is not there, or null.
    ///
    /// # Errors
    /// [`ConfigError::WrongType`].
    pub fn text(&self, setting: &'static str) -> Result<Option<&str>, ConfigError> {
        Ok(self.reader().text_or_null(setting)?.flatten())
    }

    /// A whole number of these; `None` if the setting is not there, or null.
    ///
    /// # Errors
    /// [`ConfigError::WrongType`], [`ConfigError::NotBetween`].
    pub fn number(
        &self,
        setting: &'static str,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, ConfigError> {
        self.reader().number(setting, range)
    }

    /// An error of these settings, as it is told: those of a previous manager have `DEWAR_PREVIOUS_` before their names.
    #[must_use]
    pub fn refused(&self, error: ConfigError) -> ConfigError {
        if self.is_previous { ConfigError::Previous(Box::new(error)) } else { error }
    }

    fn reader(&self) -> Reader<'_> {
        Reader::new(&self.settings)
    }
}

/// The names among these settings that are for stores, as far as that can be told from a name.
pub(super) fn names(settings: &Map) -> impl Iterator<Item = &str> {
    settings.keys().filter_map(Text::as_str).filter(|name| known::may_be_of_a_store(name))
}

impl StoreUrl {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// All of it, to open the store with.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password may stand before an `@` or behind a `?`, and be of any letters: of such a URL only the scheme is shown.
impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.split_once(':') {
            Some((_, rest)) if !rest.contains(['@', '?']) => write!(f, "StoreUrl({})", self.0),
            Some((scheme, _)) => write!(f, "StoreUrl({scheme}:…)"),
            None => f.write_str("StoreUrl(…)"),
        }
    }
}

impl fmt::Debug for StoreSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = names(&self.settings).collect();
        f.debug_struct("StoreSpec")
            .field("place", &self.place)
            .field("settings", &names)
            .finish_non_exhaustive()
    }
}
