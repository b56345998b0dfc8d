//! Passwords are stored as Argon2id hashes. A hash takes tens of milliseconds and 19 MiB on purpose, so it is computed on a thread that may
//! be busy, not on one that serves other requests, and only a few at a time.

use argon2::Argon2;
use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::Error;

/// How many hashes are computed at once.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// The hash of a new password, with a salt of its own and the parameters in it.
pub(crate) async fn hash(password: String) -> Result<String, Error> {
    compute(move || Ok(Argon2::default().hash_password(password.as_bytes())?.to_string())).await
}

/// Whether the password is the one that was hashed. Without a hash it is not, which takes as long to say: nobody learns from the time
/// whether there is a user of some name.
pub(crate) async fn is_right(password: String, hash: Option<String>) -> Result<bool, Error> {
    let Some(hash) = hash else {
        compute(move || Ok(Argon2::default().hash_password(password.as_bytes())?)).await?;
        return Ok(false);
    };
    compute(move || match Argon2::default().verify_password(password.as_bytes(), hash.as_str()) {
        Ok(()) => Ok(true),
        Err(password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(error.into()),
    })
    .await
}

async fn compute<T: Send + 'static>(
    function: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let _permit = AT_ONCE.acquire().await.map_err(|_| Error::Stopped)?;
    spawn_blocking(function).await.map_err(|_| Error::Stopped)?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_that_was_hashed_is_right() {
        let hashed = hash("correct horse".to_owned()).await.unwrap();
        assert!(hashed.starts_with("$argon2id$") && !hashed.contains("correct"), "{hashed}");
        assert_ne!(hash("correct horse".to_owned()).await.unwrap(), hashed, "each has its own salt");
        assert!(is_right("correct horse".to_owned(), Some(hashed.clone())).await.unwrap());
        assert!(!is_right("correct house".to_owned(), Some(hashed)).await.unwrap());
        assert!(!is_right("correct horse".to_owned(), None).await.unwrap());
    }
}
