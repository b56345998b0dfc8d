//! The settings of a Flask-Session program whose sessions are in the store with a URL.

use super::engine::{Engine, Takes};
use super::flask_url;
use crate::OpenError;

/// Returns the settings of a Flask-Session program whose sessions are in the store with this URL, in the form that [`open`](crate::open) takes:
/// `SESSION_TYPE`, and the setting that says where. All other settings have their defaults.
///
/// ```
/// # fn main() -> Result<(), dewar_stores::OpenError> {
/// let settings = dewar_stores::flask_settings("redis://localhost")?;
/// assert_eq!(settings, [("SESSION_TYPE", "redis".to_owned()), ("SESSION_REDIS", "redis://localhost".to_owned())]);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If no store has this URL, or Flask-Session does not have the engine.
pub fn flask_settings(url: &str) -> Result<[(&'static str, String); 2], OpenError> {
    let engine = Engine::from_url(url)?;
    let unknown = || OpenError::new(format!("Flask-Session has no sessions in {}", engine.name));
    let session_type = engine.session_types.first().ok_or_else(unknown)?;
    let is_place = |takes: &Takes| matches!(takes, Takes::Url(_) | Takes::Text);
    // The first setting of each row says where sessions are.
    let place = engine.settings.iter().find(|setting| is_place(&setting.takes)).ok_or_else(unknown)?;
    let value = match place.takes {
        Takes::Url(_) => flask_url::of_flask(url)?,
        _ => flask_url::folder(url)?,
    };
    Ok([("SESSION_TYPE", (*session_type).to_owned()), (place.name, value)])
}
