//! The engines as settings choose them: what Flask-Session shares, and Redis with its settings. Each behind its feature.

use std::path::Path;
use std::sync::Arc;

use dewar::config::RedisChoice;
use dewar_core::Store;

#[cfg(any(feature = "filesystem", feature = "redis", feature = "sqlite"))]
use super::engines::guarded;
#[cfg(not(all(feature = "filesystem", feature = "redis", feature = "sqlite")))]
use super::engines::is_off;
use crate::OpenError;
use crate::guard::Patience;

type Opened = Result<Arc<dyn Store>, OpenError>;

#[cfg(feature = "redis")]
pub(super) async fn redis(choice: &RedisChoice, patience: Patience) -> Opened {
    let options = crate::RedisOptions {
        password: choice.password.as_deref().map(ToString::to_string),
        database: choice.database,
        owners: choice.owners,
        ..crate::RedisOptions::default()
    };
    guarded(crate::Redis::open(choice.url.as_str(), options).await?, patience)
}

#[cfg(all(feature = "filesystem", unix))]
pub(super) fn cachelib(folder: &Path, threshold: u32, mode: u32, patience: Patience) -> Opened {
    use crate::cachelib::{Cachelib, CachelibOptions};

    let options = CachelibOptions {
        threshold: threshold.into(),
        mode,
        // Who waits for a lock in vain shall hear of it before time is up.
        lock_timeout: patience.deadline / 2,
        ..CachelibOptions::default()
    };
    guarded(Cachelib::open(folder, options)?, patience)
}

#[cfg(feature = "sqlite")]
pub(super) fn sqlalchemy(file: &Path, table: &str, patience: Patience) -> Opened {
    use crate::sqlite::{SqlAlchemy, Synchronous};

    guarded(SqlAlchemy::open(file, table, Synchronous::default())?, patience)
}

#[cfg(not(feature = "redis"))]
pub(super) async fn redis(_: &RedisChoice, _: Patience) -> Opened {
    Err(is_off("Redis", "redis"))
}

#[cfg(all(feature = "filesystem", not(unix)))]
pub(super) fn cachelib(_: &Path, _: u32, _: u32, _: Patience) -> Opened {
    Err(OpenError::new("sessions in files need a Unix: use sqlalchemy or redis"))
}

#[cfg(not(feature = "filesystem"))]
pub(super) fn cachelib(_: &Path, _: u32, _: u32, _: Patience) -> Opened {
    Err(is_off("files", "filesystem"))
}

#[cfg(not(feature = "sqlite"))]
pub(super) fn sqlalchemy(_: &Path, _: &str, _: Patience) -> Opened {
    Err(is_off("SQLite", "sqlite"))
}
