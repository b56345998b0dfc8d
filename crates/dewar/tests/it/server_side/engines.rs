//! One store of each engine.

use std::sync::Arc;

use dewar::store::{Memory, Store};
use dewar_servers::Redis;
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use dewar_stores::sqlite::{SqlAlchemy, Synchronous};

/// Engines, and what must not be dropped while they are used.
pub(super) struct Engines {
    /// Those that hold any records.
    pub(super) stores: Vec<(&'static str, Arc<dyn Store>)>,
    /// Those of Flask-Session's backends that hold only its records.
    pub(super) of_flask: Vec<(&'static str, Arc<dyn Store>)>,
    _folder: tempfile::TempDir,
    _redis: Option<Redis>,
}

impl Engines {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let redis = Redis::for_test();
        let at = |scheme: &str, name: &str| format!("{scheme}://{}", folder.path().join(name).display());
        let mut stores: Vec<(_, Arc<dyn Store>)> = vec![("memory", Arc::new(Memory::new()))];
        stores.push(("files", dewar_stores::open(&at("file", "sessions")).await.unwrap()));
        stores.push(("sqlite", dewar_stores::open(&at("sqlite", "sessions.db")).await.unwrap()));
        if let Some(redis) = &redis {
            stores.push(("redis", dewar_stores::open(&redis.url()).await.unwrap()));
        }
        let cachelib = Cachelib::open(folder.path().join("flask"), CachelibOptions::default()).unwrap();
        let table = folder.path().join("flask.db");
        let alchemy = SqlAlchemy::open(table, SqlAlchemy::TABLE, Synchronous::default()).unwrap();
        let of_flask: Vec<(_, Arc<dyn Store>)> =
            vec![("cachelib", Arc::new(cachelib)), ("sqlalchemy", Arc::new(alchemy))];
        Self { stores, of_flask, _folder: folder, _redis: redis }
    }
}
