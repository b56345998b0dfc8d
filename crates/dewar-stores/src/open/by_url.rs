//! Opens a store by its URL.

use std::sync::Arc;

use dewar_core::Store;

use super::engine::Engine;
use super::options::OpenOptions;
use super::wanted::Wanted;
use crate::OpenError;

/// Opens the store with this URL. Every engine that can fail is wrapped in a [`Guard`](crate::guard::Guard) with the default
/// [`GuardOptions`](crate::guard::GuardOptions).
///
#[doc = include_str!("urls.md")]
///
/// Paths are absolute, unlike SQLAlchemy's `sqlite:///relative.db`. Characters with a special meaning in a URL (`?`, `#`, `%`) are
/// percent-encoded. Opening files may block the calling thread for a moment, so open the store when the program starts.
///
/// # Errors
/// If the URL has none of these forms, the feature is not enabled, or the engine cannot be opened. The error never contains a password.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, OpenError> {
    open_with(url, OpenOptions::default()).await
}

/// Opens the store with this URL, like [`open`], with your own options, or only those of the guard.
///
/// # Errors
/// As [`open`].
pub async fn open_with(url: &str, options: impl Into<OpenOptions>) -> Result<Arc<dyn Store>, OpenError> {
    let OpenOptions { guard, create } = options.into();
    let wanted = Wanted::own(url, Vec::new()).with_create(create);
    Engine::from_url(url)?.open(&wanted, guard).await
}
