//! From the scheme of a URL to an engine.

use std::sync::Arc;

use dewar_core::Store;

use super::engines;
use crate::OpenError;
use crate::guard::Patience;

/// Opens the store of this URL, with a [guard](crate::guard::Guard) of default [`Patience`] before every engine that can fail.
///
/// | URL | Where sessions are kept | Feature |
/// |---|---|---|
/// | `memory:` | in this process, and gone with it | – |
/// | `file:///var/lib/app/sessions` | files in this folder | `filesystem` |
/// | `sqlite:///var/lib/app/sessions.db` | a table in this file | `sqlite` |
/// | `redis://user:password@host:6379/0` | Redis or Valkey; all but the host may be left out | `redis` |
/// | `rediss://host` | the same, over TLS | `redis-tls` |
/// | `redis+unix:///run/redis.sock`, `unix:///run/redis.sock` | the same, over a socket of this machine | `redis` |
///
/// Paths are absolute, unlike `SQLAlchemy`'s `sqlite:///relative.db`. Signs that mean something in a URL (`?`, `#`, `%`) are
/// written in percent form. Opening files may take a moment and is done by the thread that asks: do it at start.
///
/// # Errors
/// When the URL is none of these, its feature is off, or the engine cannot be opened. Passwords are never in the error.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, OpenError> {
    open_with(url, Patience::default()).await
}

/// As [`open`], with patience of your own.
///
/// # Errors
/// As [`open`].
pub async fn open_with(url: &str, patience: Patience) -> Result<Arc<dyn Store>, OpenError> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    match scheme.as_str() {
        "memory" => engines::memory(url),
        "file" => engines::filesystem(url, patience),
        "sqlite" => engines::sqlite(url, patience),
        "redis" | "valkey" | "rediss" | "valkeys" | "redis+unix" | "unix" => {
            engines::redis(url, patience).await
        }
        _ => Err(unknown()),
    }
}

/// What was given is not repeated: it may be a password.
fn unknown() -> OpenError {
    OpenError::new(
        "the URL of a session store begins with memory:, file:///, sqlite:///, redis://, rediss://, redis+unix:/// or unix:///",
    )
}
