//! Redis and Valkey.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::wanted::Wanted;
use crate::guard::Patience;
use crate::{OpenError, RedisOptions};

/// Flask-Session has no index of owners, so its records get none.
pub(super) fn open(wanted: &Wanted, patience: Patience) -> Answer<'_, Arc<dyn Store>, OpenError> {
    let mut options = match wanted.url() {
        Some(url) => RedisOptions::new(url),
        None => RedisOptions::new(wanted.text("SESSION_REDIS").unwrap_or_default()).without_owners(),
    };
    if let Some(password) = wanted.text("SESSION_REDIS_PASSWORD") {
        options = options.password(password);
    }
    if let Some(number) = wanted.number("SESSION_REDIS_DB") {
        options = options.database(number);
    }
    Answer::later(async move { Ok(guarded(options.open().await?, patience)) })
}
