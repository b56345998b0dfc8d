//! Opens Redis or Valkey.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::wanted::{Place, Wanted};
use crate::guard::GuardOptions;
use crate::{OpenError, Redis, RedisOptions};

/// Flask-Session's records get no index of owners, as Flask-Session has none.
pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    let (url, owner_index) = match wanted.place() {
        Place::Own(url) => (url.as_str(), true),
        #[cfg(feature = "flask")]
        Place::OfFlask => (wanted.text("SESSION_REDIS").unwrap_or_default(), false),
    };
    let options = RedisOptions {
        password: wanted.text("SESSION_REDIS_PASSWORD").map(str::to_owned),
        database: wanted.number("SESSION_REDIS_DB"),
        owner_index,
        timeout: guard.timeout(),
        ..RedisOptions::default()
    };
    Answer::later(async move { Ok(guarded(Redis::open(url, options).await?, guard)) })
}
