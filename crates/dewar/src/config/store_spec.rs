//! The store that the settings name. This crate contains no engines: it passes the settings of a store on, unread, to a crate that has engines,
//! such as `dewar-stores`.

use std::fmt;
use std::ops::RangeInclusive;

use super::error::ConfigError;
use super::known;
use super::reader::Reader;
use crate::value::{Map, Text, Value};

/// The store that the settings name, and its settings. `dewar_stores::from_config` opens it.
///
/// It gives access to every setting that [`Config`](super::Config) does not read itself, since only the crate that opens a store knows the
/// settings of that store. `Debug` shows no values.
#[derive(Clone)]
pub struct StoreSpec {
    place: StorePlace,
    settings: Map,
    is_previous: bool,
}

/// Which store the settings name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorePlace {
    /// `SESSION_STORE`: a URL, for Dewar's own records.
    Url(StoreUrl),
    /// `SESSION_TYPE`, as it was set: a type of Flask-Session, for its records.
    SessionType(String),
}

/// The URL of a store, as it was set. It may contain a password, which `Debug` does not show.
#[derive(Clone, PartialEq, Eq)]
pub struct StoreUrl(String);

impl StoreSpec {
    pub(super) fn new(place: StorePlace, settings: Map) -> Self {
        Self { place, settings, is_previous: false }
    }

    /// Marks it as the store of a previous manager.
    pub(super) fn of_previous(&mut self) {
        self.is_previous = true;
    }

    /// Which store the settings name.
    #[must_use]
    pub fn place(&self) -> &StorePlace {
        &self.place
    }

    /// Checks that every setting that starts with `SESSION_` is either read by [`Config`](super::Config) or in this list.
    ///
    /// # Errors
    /// [`ConfigError::UnknownSetting`].
    pub fn check_names(&self, known: &[&'static str]) -> Result<(), ConfigError> {
        let mut unknown = names(&self.settings).filter(|name| !known.contains(name));
        unknown.next().map_or(Ok(()), |name| Err(known::unknown(name, known)))
    }

    /// Whether a setting is set and not null.
    #[must_use]
    pub fn is_set(&self, setting: &'static str) -> bool {
        self.reader().is_set(setting)
    }

    /// Reads a text; `None` if the setting is missing or null.
    ///
    /// # Errors
    /// [`ConfigError::WrongType`].
    pub fn text(&self, setting: &'static str) -> Result<Option<&str>, ConfigError> {
        Ok(self.reader().text_or_null(setting)?.flatten())
    }

    /// Reads a text in a table of URLs, as Flask-SQLAlchemy's `SQLALCHEMY_BINDS`: the one under this key, or in a table there under `url`. `None`
    /// if there is none.
    #[must_use]
    pub fn url_in(&self, setting: &'static str, key: &str) -> Option<&str> {
        let Value::Map(urls) = self.settings.get(setting)? else { return None };
        match urls.get(key)? {
            Value::Map(options) => options.get("url")?.as_str(),
            url => url.as_str(),
        }
    }

    /// Reads a whole number in this range; `None` if the setting is missing or null.
    ///
    /// # Errors
    /// [`ConfigError::WrongType`], [`ConfigError::OutOfRange`].
    pub fn number(
        &self,
        setting: &'static str,
        range: RangeInclusive<u32>,
    ) -> Result<Option<u32>, ConfigError> {
        self.reader().number(setting, range)
    }

    /// Prepares an error of these settings to be returned: for a previous manager, the names in its text get the prefix `DEWAR_PREVIOUS_`.
    #[must_use]
    pub fn refused(&self, error: ConfigError) -> ConfigError {
        if self.is_previous { ConfigError::Previous(Box::new(error)) } else { error }
    }

    fn reader(&self) -> Reader<'_> {
        Reader::new(&self.settings)
    }
}

/// The names among these settings that may be for a store.
pub(super) fn names(settings: &Map) -> impl Iterator<Item = &str> {
    settings.keys().filter_map(Text::as_str).filter(|name| known::may_be_of_a_store(name))
}

impl StoreUrl {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The full URL, for opening the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A password may come before an `@` or after a `?`, and may contain any characters. So only the scheme of such a URL is shown.
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
