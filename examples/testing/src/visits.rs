//! What both sites do with a session: a function of a [`Session`] needs no framework, and no test of it does.

use dewar::Session;
use dewar::value::ConvertError;

/// Counts a visit.
///
/// # Errors
/// If the session holds something else than a number.
pub fn count(session: &Session) -> Result<u32, ConvertError> {
    session.update("visits", |visits: Option<u32>| visits.unwrap_or(0) + 1)
}
