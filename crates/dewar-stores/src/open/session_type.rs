//! The engine of a `SESSION_TYPE` of Flask-Session.

use dewar::config::{ConfigError, StoreSpec};

use super::engine::{Engine, Takes};
use super::engines::UNSUPPORTED_TYPES;
use super::flask_url;
use super::settings::flask_url as read_url;

/// Case is ignored, as in Flask-Session. `sqlalchemy` is several engines: the URL names one of them.
pub(super) fn engine(spec: &StoreSpec, found: &str) -> Result<&'static Engine, ConfigError> {
    let is_it = |name: &str| name.eq_ignore_ascii_case(found);
    if UNSUPPORTED_TYPES.iter().any(|(name, _)| is_it(name)) {
        return Err(ConfigError::Unsupported { setting: "SESSION_TYPE", instead: known() });
    }
    let engines = Engine::all().iter();
    let mut engines = engines.filter(|engine| engine.session_types.iter().any(|name| is_it(name)));
    let unknown = || ConfigError::UnknownSessionType { found: found.to_owned(), known: known() };
    let first = engines.next().ok_or_else(unknown)?;
    let others: Vec<_> = engines.collect();
    if others.is_empty() { Ok(first) } else { engine_of_url(spec, [first].into_iter().chain(others)) }
}

fn engine_of_url(
    spec: &StoreSpec,
    mut engines: impl Iterator<Item = &'static Engine> + Clone,
) -> Result<&'static Engine, ConfigError> {
    let mut settings = engines.clone().flat_map(|engine| engine.settings);
    let url = settings.find_map(|setting| match &setting.takes {
        Takes::Url(takes) => Some(read_url(spec, setting.name, takes)),
        _ => None,
    });
    let url = url.transpose()?.unwrap_or_default();
    let scheme = flask_url::sql_engine(&url);
    let has_scheme = |engine: &&Engine| engine.urls.iter().any(|form| form.schemes.contains(&scheme));
    // A URL of another scheme was refused.
    engines
        .find(has_scheme)
        .ok_or(ConfigError::UnknownSessionType { found: scheme.to_owned(), known: known() })
}

fn known() -> Vec<&'static str> {
    let mut known: Vec<_> = Engine::all().iter().flat_map(|engine| engine.session_types).copied().collect();
    known.dedup();
    known
}
