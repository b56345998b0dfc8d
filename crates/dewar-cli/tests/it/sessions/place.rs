//! The stores to work on: one of each engine.

use std::any::Any;
use std::rc::Rc;

use dewar_servers::{Memcached, MongoDb, Redis};

/// An empty store that several processes can reach.
pub(crate) struct Place {
    pub(crate) url: String,
    /// Another empty store in the same engine.
    second_url: String,
    /// Whether the engine removes expired sessions by itself.
    pub(crate) sweeps_itself: bool,
    /// Its folder or server, which is there as long as this value.
    keeps: Rc<dyn Any>,
}

impl Place {
    fn new(urls: [String; 2], keeps: impl Any) -> Self {
        let [url, second_url] = urls;
        Self { url, second_url, sweeps_itself: false, keeps: Rc::new(keeps) }
    }

    /// The other store in the same engine.
    fn second(&self) -> Self {
        Self {
            url: self.second_url.clone(),
            second_url: self.url.clone(),
            sweeps_itself: self.sweeps_itself,
            keeps: Rc::clone(&self.keeps),
        }
    }
}

/// A store of each engine that can list its sessions.
pub(crate) fn places() -> Vec<Place> {
    [Some(files()), Some(sqlite()), redis(), mongodb()].into_iter().flatten().collect()
}

/// Those in which the sessions of Flask-Session can be listed.
pub(crate) fn flask_places() -> Vec<Place> {
    [Some(sqlite()), redis(), mongodb()].into_iter().flatten().collect()
}

/// Each as a source, and the next one as its target.
pub(crate) fn routes(places: Vec<Place>) -> Vec<(Place, Place)> {
    let mut targets: Vec<_> = places.iter().map(Place::second).collect();
    targets.rotate_left(1);
    places.into_iter().zip(targets).collect()
}

pub(crate) fn files() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("file://{}/{name}", folder.path().display());
    Place::new([url("sessions"), url("others")], folder)
}

pub(crate) fn sqlite() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = |name: &str| format!("sqlite://{}/{name}.db", folder.path().display());
    Place::new([url("sessions"), url("others")], folder)
}

pub(crate) fn redis() -> Option<Place> {
    let redis = Redis::for_test()?;
    let url = |database: u8| format!("redis://127.0.0.1:{}/{database}", redis.port());
    Some(Place { sweeps_itself: true, ..Place::new([url(0), url(1)], redis) })
}

fn mongodb() -> Option<Place> {
    let mongodb = MongoDb::for_test()?;
    let url = |database: &str| format!("mongodb://127.0.0.1:{}/{database}", mongodb.port());
    Some(Place::new([url("sessions"), url("others")], mongodb))
}

pub(crate) fn memcached() -> Option<Place> {
    let memcached = Memcached::for_test()?;
    let url = memcached.url();
    Some(Place { sweeps_itself: true, ..Place::new([url.clone(), url], memcached) })
}
