//! The SQL that creates the table of sessions.

#[cfg(feature = "dewar")]
use dewar::config::Config;

use super::engine::Engine;
#[cfg(feature = "dewar")]
use super::settings;
use super::wanted::Wanted;
use crate::OpenError;

/// Returns the SQL that creates Dewar's own table and its indexes in the SQL database with this URL. Nothing is opened. The SQL does nothing if
/// the table exists.
///
/// # Errors
/// If the URL is not one of an SQL database, or the engine's feature is not enabled. The error never contains a password.
pub fn schema(url: &str) -> Result<String, OpenError> {
    Engine::from_url(url)?.schema(&Wanted::own(url, Vec::new()))
}

/// Returns the SQL that creates the table that a program's settings name: Dewar's own, or with a `SESSION_TYPE` that of Flask-Session, as
/// SQLAlchemy creates it. Nothing is opened. The SQL does nothing if the table exists.
///
/// # Errors
/// If the settings are wrong, they name no SQL database, or the engine's feature is not enabled. The error never contains a password.
#[cfg(feature = "dewar")]
pub fn schema_from_config(config: &Config) -> Result<String, OpenError> {
    let (engine, wanted) = settings::of_config(config)?;
    engine.schema(&wanted)
}
