//! The secret keys of a program. The newest signs, all verify.

use std::fmt;

use zeroize::Zeroizing;

use super::secret::{self, WeakSecret};

/// The secret keys of a program, newest first. The newest signs and seals; all of them verify and open.
///
/// `Debug` shows only how many there are. They are wiped from memory when dropped.
#[derive(Clone)]
pub struct SecretKeys {
    newest_first: Vec<Zeroizing<Vec<u8>>>,
}

/// Which of the secret keys made a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyAge {
    /// The newest key, which signs and seals.
    Newest,
    /// An older key, which only verifies and opens. Make a new token before that key is removed.
    Older,
}

impl SecretKeys {
    /// Takes one key; fails if it could be guessed.
    ///
    /// # Errors
    /// [`WeakSecret`] says what is wrong with the key. `openssl rand -base64 32` or `dewar secret new` prints a good key.
    pub fn new(newest: impl AsRef<[u8]>) -> Result<Self, WeakSecret> {
        secret::check(newest.as_ref())?;
        Self::accepting_weak(newest)
    }

    /// Takes one key, even a weak one: for tests, and for programs that must still read what a weak key has signed.
    ///
    /// # Errors
    /// Only an empty key is refused.
    pub fn accepting_weak(newest: impl AsRef<[u8]>) -> Result<Self, WeakSecret> {
        Ok(Self { newest_first: vec![not_empty(newest.as_ref())?] })
    }

    /// Adds an older key, which verifies but no longer signs. Add the most recent of the old keys first.
    ///
    /// # Errors
    /// An empty key is refused. A weak key is accepted, since it no longer signs.
    pub fn with_fallback(mut self, older: impl AsRef<[u8]>) -> Result<Self, WeakSecret> {
        self.newest_first.push(not_empty(older.as_ref())?);
        Ok(self)
    }

    /// The keys, newest first.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.newest_first.iter().map(|key| key.as_slice())
    }
}

fn not_empty(key: &[u8]) -> Result<Zeroizing<Vec<u8>>, WeakSecret> {
    if key.is_empty() {
        return Err(WeakSecret::Empty);
    }
    Ok(Zeroizing::new(key.to_vec()))
}

impl fmt::Debug for SecretKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKeys({} keys)", self.newest_first.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_print() {
        let keys = SecretKeys::accepting_weak("swordfish").unwrap().with_fallback("older").unwrap();
        assert_eq!(format!("{keys:?}"), "SecretKeys(2 keys)");
    }

    #[test]
    fn an_empty_key_is_refused_everywhere() {
        assert_eq!(SecretKeys::accepting_weak("").unwrap_err(), WeakSecret::Empty);
        assert_eq!(
            SecretKeys::accepting_weak("k").unwrap().with_fallback("").unwrap_err(),
            WeakSecret::Empty
        );
    }
}
