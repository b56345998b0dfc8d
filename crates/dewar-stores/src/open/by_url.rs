//! A store by its URL.

use std::sync::Arc;

use dewar_core::Store;

use super::engine::Engine;
use super::wanted::Wanted;
use crate::OpenError;
use crate::guard::GuardOptions;

/// Opens the store of this URL, with a [guard](crate::guard::Guard) of default [`GuardOptions`] before every engine that can fail.
///
#[doc = include_str!("urls.md")]
///
/// Paths are absolute, unlike `SQLAlchemy`'s `sqlite:///relative.db`. Characters that mean something in a URL (`?`, `#`, `%`) are
/// written in percent form. Opening files may take a moment and is done by the thread that asks: do it at start.
///
/// # Errors
/// When the URL is none of these, its feature is off, or the engine cannot be opened. Passwords are never in the error.
pub async fn open(url: &str) -> Result<Arc<dyn Store>, OpenError> {
    open_with(url, GuardOptions::default()).await
}

/// As [`open`], with options of your own for the guard.
///
/// # Errors
/// As [`open`].
pub async fn open_with(url: &str, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    Engine::from_url(url)?.open(&Wanted::own(url, Vec::new()), guard).await
}
