//! Why a token cannot be opened, and a key cannot seal.

use std::fmt;

use super::MIN_SEALING_KEY;

/// The error of a token that cannot be opened. Do not tell a client which of these it was: there is simply no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BadSeal {
    /// The token is longer than any cookie.
    TooLong,
    /// The token is shorter than any sealed token.
    TooShort,
    /// The token is not canonical URL-safe base64: it has another character, padding, or unused bits that are set.
    NotBase64,
    /// The token has another version of this format, or is not a sealed token.
    UnknownVersion,
    /// None of the keys has the number in the token: it was sealed with a key that was removed, or by another program.
    UnknownKey,
    /// The token was changed, or sealed for another purpose or cookie.
    Mismatch,
}

/// The error of a secret key that is too short for sealing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SealerError {
    /// Which key it is; 0 is the newest.
    pub position: usize,
    /// Its length in bytes.
    pub size: usize,
}

impl fmt::Display for BadSeal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the token is longer than a cookie can be",
            Self::TooShort => "the token is shorter than any sealed token",
            Self::NotBase64 => "the token is not canonical URL-safe base64",
            Self::UnknownVersion => "the token is not a sealed token of a known version",
            Self::UnknownKey => "the token was sealed with a key that is not among the secret keys",
            Self::Mismatch => "the token was changed, or sealed for another purpose or another cookie",
        })
    }
}

impl std::error::Error for BadSeal {}

impl fmt::Display for SealerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            0 => f.write_str("the secret key")?,
            position => write!(f, "fallback key {position}")?,
        }
        write!(
            f,
            " has {} bytes, but sealing needs at least {MIN_SEALING_KEY}: make one with `openssl rand -base64 32` or `dewar secret new`",
            self.size
        )
    }
}

impl std::error::Error for SealerError {}
