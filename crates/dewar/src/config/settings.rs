//! What the settings come to.

use std::sync::Arc;

use super::error::ConfigError;
use super::former::{self, FormerConfig};
use super::in_store::{self, InStore};
use super::known;
use super::lifetime;
use super::reader::Reader;
use super::setting;
use super::store_spec::StoreSpec;
use crate::cookie::{CookiePolicy, SameSite};
use crate::lifetime::{Lifetime, Refresh};
use crate::manager::{ClientSide, CookieFormat, FlaskOptions, RecordFormat, ServerSide, SessionManager};
use crate::signing::SecretKeys;
use crate::store::{Memory, Store};
use crate::value::{Map, Text, Value};

/// Settings that were read and found to work together. The fields are plain values: what no setting has a name for can be
/// changed before [`client_side`](Self::client_side) or [`server_side`](Self::server_side).
#[derive(Debug, Clone)]
pub struct Config {
    /// `SECRET_KEY`, and `SECRET_KEY_FALLBACKS` behind it.
    pub keys: SecretKeys,
    /// `DEWAR_COOKIE_FORMAT`.
    pub format: CookieFormat,
    /// `SESSION_COOKIE_…`.
    pub cookie: CookiePolicy,
    /// `PERMANENT_SESSION_LIFETIME` and `SESSION_REFRESH_EACH_REQUEST`.
    pub lifetime: Lifetime,
    /// `DEWAR_FORMER_…`.
    pub former: Option<Box<FormerConfig>>,
    in_store: Option<InStore>,
}

impl Config {
    /// Reads settings from a map of names and values, of whatever origin.
    ///
    /// # Errors
    /// The first [`ConfigError`] found: a name that is not known, a value that is not right, or settings that do not go together.
    pub fn from_map(settings: &Map) -> Result<Self, ConfigError> {
        known::check_names(settings.keys().filter_map(Text::as_str))?;
        let reader = Reader::new(settings);
        let keys = keys(&reader)?;
        let config = Self {
            in_store: in_store::in_store(&reader, &keys)?,
            keys,
            format: reader.choice(setting::DEWAR_COOKIE_FORMAT)?.map_or(flask_format(), format),
            cookie: cookie(&reader)?,
            lifetime: lifetime(&reader)?,
            former: former::former(settings)?.map(Box::new),
        };
        SessionManager::client_side(config.clone().client_side())?;
        if config.in_store.is_some() {
            config.server_side(Arc::new(Memory::new()))?;
        }
        Ok(config)
    }

    /// The settings as a [`SessionManager`](crate::SessionManager) takes them, with the system's clock and randomness.
    #[must_use]
    pub fn client_side(self) -> ClientSide {
        let Self { keys, format, cookie, lifetime, .. } = self;
        ClientSide { format, cookie, lifetime, ..ClientSide::flask(keys) }
    }

    /// Where sessions are stored; `None`: in the cookie.
    #[must_use]
    pub fn store(&self) -> Option<&StoreSpec> {
        self.in_store.as_ref().map(|in_store| &in_store.spec)
    }

    /// The settings of a former manager say so when they are refused.
    pub(super) fn of_former(mut self) -> Self {
        if let Some(in_store) = &mut self.in_store {
            in_store.spec.of_former();
        }
        self
    }

    /// The settings of sessions in this store, which should be the one that [`store`](Self::store) names. With `SESSION_TYPE` the
    /// records are Flask-Session's, with `SESSION_STORE` Dewar's own.
    ///
    /// # Errors
    /// [`ConfigError::NoStore`] if the settings name none.
    pub fn server_side(&self, store: Arc<dyn Store>) -> Result<ServerSide, ConfigError> {
        let InStore { records, permanence, .. } = self.in_store.clone().ok_or(ConfigError::NoStore)?;
        let defaults = match records {
            RecordFormat::Flask(_) => ServerSide::flask(store),
            RecordFormat::Native(ref native) => ServerSide::new(native.name.clone(), store),
        };
        let lifetime = Lifetime { permanence, ..self.lifetime };
        let settings = ServerSide { records, lifetime, cookie: self.cookie.clone(), ..defaults };
        SessionManager::server_side(settings.clone())?;
        Ok(settings)
    }
}

/// Flask lists the oldest key first, and tries them newest first.
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

fn cookie(reader: &Reader<'_>) -> Result<CookiePolicy, ConfigError> {
    let flask = CookiePolicy::flask();
    Ok(CookiePolicy {
        name: reader.text(setting::SESSION_COOKIE_NAME)?.map_or(flask.name, str::to_owned),
        domain: domain(reader)?,
        path: path(reader)?,
        secure: reader.flag(setting::SESSION_COOKIE_SECURE)?.unwrap_or(flask.secure),
        http_only: reader.flag(setting::SESSION_COOKIE_HTTPONLY)?.unwrap_or(flask.http_only),
        same_site: same_site(reader)?,
        partitioned: reader.flag(setting::SESSION_COOKIE_PARTITIONED)?.unwrap_or(flask.partitioned),
    })
}

/// `False` is how Flask before 2.3 was told not to derive one from `SERVER_NAME`. Flask writes `Domain=` for an empty one.
fn domain(reader: &Reader<'_>) -> Result<Option<String>, ConfigError> {
    match reader.value(setting::SESSION_COOKIE_DOMAIN) {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(_) => match reader.text(setting::SESSION_COOKIE_DOMAIN)? {
            Some("") => Err(ConfigError::EmptyDomain),
            Some("None" | "False") => Err(ConfigError::NoneAsDomain),
            domain => Ok(domain.map(str::to_owned)),
        },
    }
}

/// `SESSION_COOKIE_PATH or APPLICATION_ROOT`.
fn path(reader: &Reader<'_>) -> Result<Option<String>, ConfigError> {
    if let Some(path) =
        reader.text_or_null(setting::SESSION_COOKIE_PATH)?.flatten().filter(|path| !path.is_empty())
    {
        return Ok(Some(path.to_owned()));
    }
    let root = reader.text_or_null(setting::APPLICATION_ROOT)?;
    Ok(root.map_or(CookiePolicy::flask().path, |root| root.map(str::to_owned)))
}

fn same_site(reader: &Reader<'_>) -> Result<Option<SameSite>, ConfigError> {
    let setting = setting::SESSION_COOKIE_SAMESITE;
    let text = reader.text_or_null(setting)?.flatten();
    text.map(str::parse).transpose().map_err(|source| ConfigError::Cookie { setting, source })
}

fn lifetime(reader: &Reader<'_>) -> Result<Lifetime, ConfigError> {
    let flask = Lifetime::flask();
    let refreshes = reader.flag(setting::SESSION_REFRESH_EACH_REQUEST)?.unwrap_or(true);
    Ok(Lifetime {
        idle: reader
            .value(setting::PERMANENT_SESSION_LIFETIME)
            .map(lifetime::seconds)
            .transpose()?
            .or(flask.idle),
        refresh: if refreshes { flask.refresh } else { Refresh::OnChange },
        ..flask
    })
}

fn format(name: &str) -> CookieFormat {
    if name == known::SEALED { CookieFormat::Sealed } else { flask_format() }
}

fn flask_format() -> CookieFormat {
    CookieFormat::Flask(FlaskOptions::default())
}
