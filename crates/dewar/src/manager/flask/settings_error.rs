//! Settings that Flask's formats cannot carry out.

use std::fmt;

use crate::manager::settings_error::SettingsError;
use crate::signing::SeparatorError;

/// Settings that Flask's formats cannot carry out. `Display` says what to change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FlaskSettingsError {
    /// The signer's separator could be part of a signature.
    Separator(SeparatorError),
    /// An absolute limit needs the start of the session, which Flask's cookie does not contain.
    AbsoluteLimitInCookie,
    /// Revocation needs the time when the session got its owner, which Flask's cookie does not contain.
    RevocationInCookie,
    /// Flask's cookies always expire some time after they were signed.
    NoIdleLimitInCookie,
    /// An absolute limit needs the start of the session, which Flask-Session's records do not contain.
    AbsoluteLimitInRecord,
    /// The id length must be 16 to 128 bytes: shorter ids can be guessed.
    IdLength(usize),
}

impl fmt::Display for FlaskSettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Separator(error) => error.fmt(f),
            Self::AbsoluteLimitInCookie => f.write_str(
                "lifetime.absolute: a Flask cookie does not contain the start of its session; set it to None, or use CookieFormat::Sealed",
            ),
            Self::RevocationInCookie => f.write_str(
                "revocation: a Flask cookie does not contain the time of its login; use CookieFormat::Sealed, or store sessions on the server (ServerSide)",
            ),
            Self::NoIdleLimitInCookie => f.write_str("lifetime.idle: a Flask cookie needs one (Flask's default is 31 days)"),
            Self::AbsoluteLimitInRecord => f.write_str(
                "lifetime.absolute: Flask-Session's records do not contain the start of their session; set it to None, or use RecordFormat::Native",
            ),
            Self::IdLength(bytes) => write!(f, "SESSION_ID_LENGTH: {bytes} bytes; set it to 16 to 128 (Flask-Session's default is 32)"),
        }
    }
}

impl std::error::Error for FlaskSettingsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Separator(error) => Some(error),
            _ => None,
        }
    }
}

impl From<FlaskSettingsError> for SettingsError {
    fn from(error: FlaskSettingsError) -> Self {
        Self::Flask(error)
    }
}

impl From<SeparatorError> for SettingsError {
    fn from(error: SeparatorError) -> Self {
        Self::Flask(FlaskSettingsError::Separator(error))
    }
}
