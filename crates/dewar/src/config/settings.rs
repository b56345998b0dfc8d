//! The result of reading the settings.

use std::sync::Arc;

use super::cookie;
use super::defaults::Formats;
use super::error::ConfigError;
use super::flask;
use super::in_store::{self, InStore};
use super::known;
use super::lifetime;
use super::previous::{self, PreviousConfig};
use super::reader::Reader;
use super::setting;
use super::store_spec::StoreSpec;
use crate::cookie::CookiePolicy;
use crate::lifetime::{Lifetime, Refresh};
use crate::manager::{ClientSide, CookieFormat, ServerSide, SessionManager};
use crate::signing::SecretKeys;
use crate::store::{IntoStore, Memory};
use crate::value::{Map, Text};

/// The settings of a program, read and checked. The fields are plain values: you can change them before you call
/// [`client_side`](Self::client_side) or [`server_side`](Self::server_side), for what has no setting.
#[derive(Debug, Clone)]
pub struct Config {
    /// `SECRET_KEY`, followed by `SECRET_KEY_FALLBACKS`.
    pub keys: SecretKeys,
    /// `DEWAR_COOKIE_FORMAT`.
    pub format: CookieFormat,
    /// `SESSION_COOKIE_…`.
    pub cookie: CookiePolicy,
    /// `PERMANENT_SESSION_LIFETIME`, `DEWAR_ABSOLUTE_LIFETIME` and `SESSION_REFRESH_EACH_REQUEST`.
    pub lifetime: Lifetime,
    /// `DEWAR_PREVIOUS_…`.
    pub previous: Option<Box<PreviousConfig>>,
    in_store: Option<InStore>,
}

impl Config {
    /// Reads settings from a map of names and values.
    ///
    /// # Errors
    /// The first [`ConfigError`] that is found: an unknown name, a wrong value, or settings that contradict each other.
    pub fn from_map(settings: &Map) -> Result<Self, ConfigError> {
        known::check_names(settings.keys().filter_map(Text::as_str))?;
        let reader = Reader::new(settings);
        let keys = keys(&reader)?;
        let place = in_store::place(&reader)?;
        let format = reader.choice(setting::DEWAR_COOKIE_FORMAT)?;
        let formats = Formats::of(place.as_ref(), format);
        let config = Self {
            in_store: in_store::in_store(&reader, place, formats, &keys)?,
            keys,
            format: cookie_format(format, formats)?,
            cookie: cookie::cookie(&reader, formats)?,
            lifetime: lifetime(&reader, formats)?,
            previous: previous::previous(settings)?.map(Box::new),
        };
        match config.in_store {
            Some(_) => _ = config.server_side(Arc::new(Memory::new()))?,
            None => _ = SessionManager::client_side(config.clone().client_side())?,
        }
        Ok(config)
    }

    /// The settings for a [`SessionManager`](crate::SessionManager) with sessions in the cookie, with the system's clock and randomness.
    #[must_use]
    pub fn client_side(self) -> ClientSide {
        let Self { keys, format, cookie, lifetime, .. } = self;
        ClientSide { format, cookie, lifetime, ..ClientSide::new(keys) }
    }

    /// The store that the settings name; `None`: sessions are stored in the cookie.
    #[must_use]
    pub fn store(&self) -> Option<&StoreSpec> {
        self.in_store.as_ref().map(|in_store| &in_store.spec)
    }

    /// Marks these as the settings of a previous manager, for errors.
    pub(super) fn of_previous(mut self) -> Self {
        if let Some(in_store) = &mut self.in_store {
            in_store.spec.of_previous();
        }
        self
    }

    /// The settings for a [`SessionManager`](crate::SessionManager) with sessions in this store, which should be the one that
    /// [`store`](Self::store) names. With `SESSION_TYPE` the records are Flask-Session's, with `SESSION_STORE` Dewar's own.
    ///
    /// # Errors
    /// [`ConfigError::NoStore`] if the settings name no store.
    pub fn server_side(&self, store: impl IntoStore) -> Result<ServerSide, ConfigError> {
        let InStore { records, permanence, .. } = self.in_store.clone().ok_or(ConfigError::NoStore)?;
        let lifetime = Lifetime { permanence, ..self.lifetime };
        let defaults = ServerSide::with_records(records, store);
        let settings = ServerSide { lifetime, cookie: self.cookie.clone(), ..defaults };
        SessionManager::server_side(settings.clone())?;
        Ok(settings)
    }
}

/// Flask lists the fallbacks oldest first, and tries them newest first.
fn keys(reader: &Reader<'_>) -> Result<SecretKeys, ConfigError> {
    let secret = reader.secret(setting::SECRET_KEY)?.ok_or(ConfigError::NoSecretKey)?;
    let allows_weak = reader.flag(setting::DEWAR_ALLOW_WEAK_SECRET)?.unwrap_or(false);
    let keys = if allows_weak { SecretKeys::accepting_weak(secret) } else { SecretKeys::new(secret) };
    let fallbacks = reader.fallbacks()?;
    fallbacks
        .into_iter()
        .enumerate()
        .rev()
        .try_fold(keys.map_err(ConfigError::WeakSecret)?, |keys, (index, older)| {
            keys.with_fallback(older).map_err(|_| ConfigError::EmptyFallback { index })
        })
}

fn lifetime(reader: &Reader<'_>, formats: Formats) -> Result<Lifetime, ConfigError> {
    let defaults = formats.lifetime();
    let refresh = match reader.flag(setting::SESSION_REFRESH_EACH_REQUEST)? {
        None => defaults.refresh,
        Some(true) => Refresh::EachRequest,
        Some(false) => Refresh::OnChange,
    };
    let idle = lifetime::idle(reader)?.or(defaults.idle);
    Ok(Lifetime { idle, absolute: lifetime::absolute(reader, formats, idle)?, refresh, ..defaults })
}

/// The format of cookies. A program with a store uses it only if it stores sessions in cookies nevertheless.
fn cookie_format(name: Option<&str>, formats: Formats) -> Result<CookieFormat, ConfigError> {
    match (name, formats) {
        (Some(known::SEALED), _) | (None, Formats::Own) => Ok(CookieFormat::Sealed),
        (Some(_), _) => flask::cookie_format(Some(setting::DEWAR_COOKIE_FORMAT)),
        (None, Formats::Flask) => flask::cookie_format(None),
    }
}
