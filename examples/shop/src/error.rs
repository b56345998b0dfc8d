//! Why the database or a page failed. Visitors are never told more than "the fault is ours".

use std::fmt;

/// A failure on the program's side.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The database.
    Database(sqlx::Error),
    /// A password could not be hashed, or a stored hash is broken.
    Password(argon2::password_hash::Error),
    /// A template.
    Template(minijinja::Error),
    /// The system has no randomness.
    NoRandomness,
    /// The program is shutting down.
    Stopped,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "database: {error}"),
            Self::Password(error) => write!(f, "password hash: {error}"),
            Self::Template(error) => write!(f, "template: {error:#}"),
            Self::NoRandomness => f.write_str("the system has no randomness"),
            Self::Stopped => f.write_str("the program is shutting down"),
        }
    }
}

impl std::error::Error for Error {}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<argon2::password_hash::Error> for Error {
    fn from(error: argon2::password_hash::Error) -> Self {
        Self::Password(error)
    }
}

impl From<minijinja::Error> for Error {
    fn from(error: minijinja::Error) -> Self {
        Self::Template(error)
    }
}
