//! The engines, each behind its feature.

use std::sync::Arc;

use dewar_core::{Memory, Store};

use crate::OpenError;
#[cfg(any(feature = "filesystem", feature = "redis", feature = "sqlite"))]
use crate::guard::Guard;
use crate::guard::Patience;

type Opened = Result<Arc<dyn Store>, OpenError>;

/// It cannot fail, so nothing stands before it.
pub(super) fn memory(url: &str) -> Opened {
    match url.split_once(':') {
        Some((_, "" | "//")) => Ok(Arc::new(Memory::new())),
        _ => Err(OpenError::new("nothing comes after memory: in the URL of a session store")),
    }
}

#[cfg(all(feature = "filesystem", unix))]
pub(super) fn filesystem(url: &str, patience: Patience) -> Opened {
    let folder = super::path::of(url, "file:///var/lib/app/sessions")?;
    // Who waits for a lock in vain shall hear of it before time is up.
    let store = crate::Filesystem::open(folder)?.lock_timeout(patience.deadline / 2);
    guarded(store, patience)
}

#[cfg(feature = "sqlite")]
pub(super) fn sqlite(url: &str, patience: Patience) -> Opened {
    let file = super::path::of(url, "sqlite:///var/lib/app/sessions.db")?;
    guarded(crate::sqlite::Sqlite::open(file, crate::sqlite::Synchronous::default())?, patience)
}

#[cfg(feature = "redis")]
pub(super) async fn redis(url: &str, patience: Patience) -> Opened {
    guarded(crate::Redis::open(url, crate::RedisOptions::default()).await?, patience)
}

#[cfg(any(feature = "filesystem", feature = "redis", feature = "sqlite"))]
pub(super) fn guarded(store: impl Store + 'static, patience: Patience) -> Opened {
    Ok(Arc::new(Guard::new(Arc::new(store), patience)))
}

#[cfg(all(feature = "filesystem", not(unix)))]
pub(super) fn filesystem(_: &str, _: Patience) -> Opened {
    Err(OpenError::new("sessions in files need a Unix: use sqlite:/// or redis://"))
}

#[cfg(not(feature = "filesystem"))]
pub(super) fn filesystem(_: &str, _: Patience) -> Opened {
    Err(is_off("files", "filesystem"))
}

#[cfg(not(feature = "sqlite"))]
pub(super) fn sqlite(_: &str, _: Patience) -> Opened {
    Err(is_off("SQLite", "sqlite"))
}

#[cfg(not(feature = "redis"))]
pub(super) async fn redis(_: &str, _: Patience) -> Opened {
    Err(is_off("Redis", "redis"))
}

#[cfg(not(all(feature = "filesystem", feature = "redis", feature = "sqlite")))]
pub(super) fn is_off(engine: &str, feature: &str) -> OpenError {
    OpenError::new(format!("sessions in {engine}: turn the feature `{feature}` of dewar-stores on"))
}
