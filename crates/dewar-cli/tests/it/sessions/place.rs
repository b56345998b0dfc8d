//! The stores to work on: one of each engine.

use std::any::Any;

use dewar_servers::Redis;

/// An empty store that several processes can reach.
pub(crate) struct Place {
    pub(crate) url: String,
    /// Whether the engine removes expired sessions by itself.
    pub(crate) sweeps_itself: bool,
    /// Its folder or server, which is there as long as this value.
    _keeps: Box<dyn Any>,
}

/// A store of each engine.
pub(crate) fn places() -> Vec<Place> {
    [Some(files()), Some(sqlite()), redis()].into_iter().flatten().collect()
}

/// Those in which the sessions of Flask-Session can be listed.
pub(crate) fn flask_places() -> Vec<Place> {
    [Some(sqlite()), redis()].into_iter().flatten().collect()
}

/// Each engine as a source, and another one as the target.
pub(crate) fn routes() -> Vec<(Place, Place)> {
    let mut targets = places();
    targets.rotate_left(1);
    places().into_iter().zip(targets).collect()
}

pub(crate) fn files() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file://{}/sessions", folder.path().display());
    Place { url, sweeps_itself: false, _keeps: Box::new(folder) }
}

pub(crate) fn sqlite() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/sessions.db", folder.path().display());
    Place { url, sweeps_itself: false, _keeps: Box::new(folder) }
}

pub(crate) fn redis() -> Option<Place> {
    let redis = Redis::for_test()?;
    Some(Place { url: redis.url(), sweeps_itself: true, _keeps: Box::new(redis) })
}
