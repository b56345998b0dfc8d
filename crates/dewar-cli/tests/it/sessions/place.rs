//! The stores to work on: one of each engine.

use std::any::Any;
use std::rc::Rc;
use std::sync::{Arc, Mutex, Weak};

use dewar_servers::{Instance, MariaDb, Memcached, MongoDb, Postgres, Program, Redis};

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

    /// Another URL of the same store.
    pub(crate) fn other_spelling(&self) -> String {
        if self.url.starts_with("file:") {
            return format!("{}/", self.url);
        }
        let url = self.url.replace("127.0.0.1", "localhost").replace("postgresql:", "postgres:");
        url.replace("sqlite://", "sqlite:")
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
    [Some(files()), Some(sqlite()), postgres(), mariadb(), redis(), mongodb()].into_iter().flatten().collect()
}

/// Those in which the sessions of Flask-Session can be listed.
pub(crate) fn flask_places() -> Vec<Place> {
    [Some(sqlite()), postgres(), mariadb(), redis(), mongodb()].into_iter().flatten().collect()
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

/// A database of its own for each store.
pub(crate) fn postgres() -> Option<Place> {
    static SERVER: Mutex<Weak<Postgres>> = Mutex::new(Weak::new());
    let postgres = shared(&SERVER)?;
    let urls = databases().map(|name| {
        postgres.sql(&format!("CREATE DATABASE {name}")).unwrap();
        format!("postgresql://postgres@127.0.0.1:{}/{name}?create_table=true", postgres.port())
    });
    Some(Place::new(urls, postgres))
}

pub(crate) fn mariadb() -> Option<Place> {
    static SERVER: Mutex<Weak<MariaDb>> = Mutex::new(Weak::new());
    let mariadb = shared(&SERVER)?;
    let urls = databases().map(|name| {
        mariadb.sql(&format!("CREATE DATABASE {name}")).unwrap();
        format!("mysql://root@127.0.0.1:{}/{name}?create_table=true", mariadb.port())
    });
    Some(Place::new(urls, mariadb))
}

/// A server that takes long to start, for all tests that run now.
fn shared<P: Program>(server: &Mutex<Weak<Instance<P>>>) -> Option<Arc<Instance<P>>> {
    let mut server = server.lock().unwrap();
    if let Some(running) = server.upgrade() {
        return Some(running);
    }
    let started = Arc::new(Instance::for_test()?);
    *server = Arc::downgrade(&started);
    Some(started)
}

fn databases() -> [String; 2] {
    static COUNT: Mutex<u32> = Mutex::new(0);
    let mut count = COUNT.lock().unwrap();
    *count += 1;
    [format!("sessions_{count}"), format!("others_{count}")]
}

pub(crate) fn mongodb() -> Option<Place> {
    let mongodb = MongoDb::for_test()?;
    let url = |database: &str| format!("mongodb://127.0.0.1:{}/{database}", mongodb.port());
    Some(Place::new([url("sessions"), url("others")], mongodb))
}

pub(crate) fn memcached() -> Option<Place> {
    let memcached = Memcached::for_test()?;
    let url = memcached.url();
    Some(Place { sweeps_itself: true, ..Place::new([url.clone(), url], memcached) })
}
