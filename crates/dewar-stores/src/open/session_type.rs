//! The engine of a `SESSION_TYPE` of Flask-Session.

use dewar::config::ConfigError;

use super::engine::Engine;
use super::engines::UNSUPPORTED_TYPES;

/// Case is ignored, as in Flask-Session.
pub(super) fn engine(found: &str) -> Result<&'static Engine, ConfigError> {
    let is_it = |name: &str| name.eq_ignore_ascii_case(found);
    let known = || Engine::all().iter().flat_map(|engine| engine.session_types).copied().collect();
    if UNSUPPORTED_TYPES.iter().any(|(name, _)| is_it(name)) {
        return Err(ConfigError::Unsupported { setting: "SESSION_TYPE", instead: known() });
    }
    let mut engines = Engine::all().iter();
    engines
        .find(|engine| engine.session_types.iter().any(|name| is_it(name)))
        .ok_or_else(|| ConfigError::UnknownSessionType { found: found.to_owned(), known: known() })
}
