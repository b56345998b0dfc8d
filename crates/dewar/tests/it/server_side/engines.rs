//! Real engines, each with nothing in it.

use std::sync::Arc;

use dewar::store::{Memory, Store};
use dewar_servers::Redis;

/// Engines, and what must not be dropped while they are used.
pub(super) struct Engines {
    pub(super) stores: Vec<(&'static str, Arc<dyn Store>)>,
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
        Self { stores, _folder: folder, _redis: redis }
    }
}
