//! The SQL that creates the table of sessions.

use super::engine::Engine;
use crate::OpenError;

/// Returns the SQL that creates Dewar's own table and its indexes in the SQL database with this URL. Nothing is opened. The SQL does nothing if
/// the table exists.
///
/// # Errors
/// If the URL is not one of an SQL database, or the engine's feature is not enabled. The error never contains a password.
pub fn schema(url: &str) -> Result<String, OpenError> {
    let engine = Engine::from_url(url)?;
    match (engine.schema, engine.open) {
        (Some(schema), _) => Ok(schema()),
        (None, None) => Err(engine.is_off()),
        (None, Some(_)) => Err(OpenError::new(format!(
            "sessions in {} need no table: there is nothing to create",
            engine.name
        ))),
    }
}
