//! Opens the store that a program's settings name.

use std::sync::Arc;

use dewar::config::{Config, ConfigError, StorePlace, StoreSpec};
use dewar_core::Store;

use super::engine::{Engine, FlaskUrl, Setting, Takes};
use super::engines::UNSUPPORTED_TYPES;
use super::options::OpenOptions;
#[cfg(feature = "flask")]
use super::session_type;
use super::wanted::{Given, Wanted};
use crate::OpenError;

/// Opens the store that the settings name in [`SESSION_TYPE` or `SESSION_STORE`](dewar::config). Every engine that can fail is wrapped in a
/// [`Guard`](crate::guard::Guard) with the default [`GuardOptions`](crate::guard::GuardOptions).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dewar::config::Config;
/// use dewar::SessionManager;
///
/// let config = Config::from_vars("FLASK", [
///     ("FLASK_SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63"),
///     ("FLASK_SESSION_STORE", "memory:"),
///     ("FLASK_DEWAR_NAME", "shop"),
/// ])?;
/// let store = dewar_stores::from_config(&config).await?;
/// let manager = SessionManager::server_side(config.server_side(store)?)?;
/// # _ = manager;
/// # Ok(())
/// # }
/// ```
///
/// Each engine has its own settings. They are used with a `SESSION_TYPE` of the engine; `SESSION_CLEANUP_N_REQUESTS`, `SESSION_REDIS_PASSWORD`
/// and `SESSION_REDIS_DB` are used with `SESSION_STORE` as well:
///
#[doc = include_str!("settings.md")]
///
/// `SESSION_REDIS` and `SESSION_SQLALCHEMY`, which are Python objects in a Flask program, are URLs here. `SESSION_REDIS_PASSWORD` and
/// `SESSION_REDIS_DB`, which are often set but which Flask-Session ignores, are used.
///
/// # Errors
/// If the settings store sessions in the cookie, a setting of the store is unknown or has a wrong value, the engine's feature is not enabled, or
/// the engine cannot be opened. If a setting is wrong, a [`ConfigError`](dewar::config::ConfigError) is in
/// [`source`](std::error::Error::source). The error never contains a password.
pub async fn from_config(config: &Config) -> Result<Arc<dyn Store>, OpenError> {
    from_config_with(config, OpenOptions::default()).await
}

/// Opens the store that the settings name, like [`from_config`], with your own options, or only those of the guard.
///
/// # Errors
/// As [`from_config`].
pub async fn from_config_with(
    config: &Config,
    options: impl Into<OpenOptions>,
) -> Result<Arc<dyn Store>, OpenError> {
    let OpenOptions { guard, create } = options.into();
    let (engine, wanted) = of_config(config)?;
    engine.open(&wanted.with_create(create), guard).await
}

/// The engine that the settings name, with its settings.
pub(super) fn of_config(config: &Config) -> Result<(&'static Engine, Wanted), OpenError> {
    let spec = config.store().ok_or_else(|| {
        OpenError::new(
            "the settings store sessions in the cookie: set SESSION_STORE or SESSION_TYPE to store them in a store",
        )
    })?;
    read(spec)
}

/// The engine that the settings name, with its settings. A setting that no engine has is refused, and so is a setting for Flask-Session's
/// records beside `SESSION_STORE`. Settings of other engines are ignored, as in Flask-Session.
pub(super) fn read(spec: &StoreSpec) -> Result<(&'static Engine, Wanted), OpenError> {
    let refused = |error| OpenError::from(spec.refused(error));
    check_names(spec).map_err(refused)?;
    match spec.place() {
        StorePlace::Url(url) => {
            let url = url.as_str();
            let engine = Engine::from_url(url)?;
            let settings = engine.settings.iter().filter(|setting| setting.with_url);
            Ok((engine, Wanted::own(url, given(spec, settings).map_err(refused)?)))
        }
        #[cfg(feature = "flask")]
        StorePlace::SessionType(name) => {
            let engine = session_type::engine(spec, name).map_err(refused)?;
            Ok((engine, Wanted::shared(given(spec, engine.settings.iter()).map_err(refused)?)))
        }
        #[cfg(not(feature = "flask"))]
        StorePlace::SessionType(_) => Err(OpenError::new(
            "SESSION_TYPE: turn the feature `flask` of dewar-stores on to share sessions with Flask-Session, or use SESSION_STORE",
        )),
    }
}

fn check_names(spec: &StoreSpec) -> Result<(), ConfigError> {
    let settings = || Engine::all().iter().flat_map(|engine| engine.settings);
    let unsupported = || UNSUPPORTED_TYPES.iter().flat_map(|(_, settings)| settings.iter().copied());
    let all: Vec<&str> = settings().map(|setting| setting.name).chain(unsupported()).collect();
    spec.check_names(&all)?;
    let of_flask = settings().filter(|setting| !setting.with_url).map(|setting| setting.name);
    let mut without_effect = of_flask.chain(unsupported()).filter(|name| spec.is_set(name));
    match (spec.place(), without_effect.next()) {
        (StorePlace::Url(_), Some(name)) => Err(ConfigError::NoSessionType { setting: name.to_owned() }),
        _ => Ok(()),
    }
}

fn given(
    spec: &StoreSpec,
    settings: impl Iterator<Item = &'static Setting> + Clone,
) -> Result<Vec<(&'static str, Given)>, ConfigError> {
    let is_unsupported =
        |setting: &&Setting| matches!(setting.takes, Takes::Unsupported) && spec.is_set(setting.name);
    if let Some(setting) = settings.clone().find(is_unsupported) {
        return Err(ConfigError::Unsupported { setting: setting.name, instead: Vec::new() });
    }
    let mut given = Vec::new();
    for setting in settings {
        let value = match &setting.takes {
            Takes::Text => spec.text(setting.name)?.map(|text| Given::Text(text.to_owned())),
            Takes::Number(range) => spec.number(setting.name, range.clone())?.map(Given::Number),
            Takes::Url(url) => Some(Given::Text(flask_url(spec, setting.name, url)?)),
            Takes::Unsupported => None,
        };
        given.extend(value.map(|value| (setting.name, value)));
    }
    Ok(given)
}

/// The URL of a bind, if the settings name one.
fn bound_url(spec: &StoreSpec, url: &FlaskUrl) -> Result<Option<String>, ConfigError> {
    let Some([key, binds]) = url.bind else { return Ok(None) };
    let Some(key) = spec.text(key)?.filter(|key| !key.is_empty()) else { return Ok(None) };
    let bound = spec.url_in(binds, key).filter(|text| (url.is_right)(text));
    bound
        .map(|bound| Some(bound.to_owned()))
        .ok_or(ConfigError::InvalidStoreUrl { setting: binds, expected: url.examples })
}

/// The URL in a setting, or in the one that stands in for it, or else the default.
pub(super) fn flask_url(
    spec: &StoreSpec,
    setting: &'static str,
    url: &FlaskUrl,
) -> Result<String, ConfigError> {
    if let Some(bound) = bound_url(spec, url)? {
        return Ok(bound);
    }
    let stand_in = url.stand_in.filter(|stand_in| !spec.is_set(setting) && spec.is_set(stand_in));
    let setting = stand_in.unwrap_or(setting);
    let text = spec.text(setting)?.or(url.default).filter(|text| (url.is_right)(text));
    text.map(str::to_owned).ok_or(ConfigError::InvalidStoreUrl { setting, expected: url.examples })
}
