//! One store of each engine.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::{Memory, Store};
use dewar_servers::Redis;
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use dewar_stores::guard::GuardOptions;
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
        stores.push(("files", open(&at("file", "sessions")).await));
        stores.push(("sqlite", open(&at("sqlite", "sessions.db")).await));
        if let Some(redis) = &redis {
            stores.push(("redis", open(&redis.url()).await));
        }
        let cachelib = Cachelib::open(folder.path().join("flask"), CachelibOptions::default()).unwrap();
        let table = folder.path().join("flask.db");
        let alchemy = SqlAlchemy::open(table, SqlAlchemy::TABLE, Synchronous::default()).unwrap();
        let of_flask: Vec<(_, Arc<dyn Store>)> =
            vec![("cachelib", Arc::new(cachelib)), ("sqlalchemy", Arc::new(alchemy))];
        Self { stores, of_flask, _folder: folder, _redis: redis }
    }
}

/// With a long deadline: how fast the disk of the machine is that runs the tests is not what they are about.
async fn open(url: &str) -> Arc<dyn Store> {
    let patient = GuardOptions { deadline: Duration::from_secs(20), ..GuardOptions::default() };
    dewar_stores::open_with(url, patient).await.unwrap()
}
