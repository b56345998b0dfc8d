//! Opens Memcached.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::wanted::{Place, Wanted};
use crate::guard::GuardOptions;
use crate::{Memcached, MemcachedOptions, OpenError};

/// Each server gets a guard of its own.
pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    let url = match wanted.place() {
        Place::Own(url) => url.as_str(),
        #[cfg(feature = "flask")]
        Place::OfFlask => wanted.text("SESSION_MEMCACHED").unwrap_or_default(),
    };
    Answer::later(async move {
        let options = MemcachedOptions { timeout: guard.timeout(), ..MemcachedOptions::default() };
        let store = Memcached::open(url, options).await?;
        Ok(Arc::new(store.guarded(&guard)) as Arc<dyn Store>)
    })
}
