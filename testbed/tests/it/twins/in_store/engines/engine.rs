//! What the twins ask of an engine.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use dewar::config::Config;
use dewar::store::Store;
use dewar_stores::guard::GuardOptions;

use crate::twins::pair::SECRET;

/// Where sessions are stored: a database of its own for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::twins::in_store) enum Place {
    Theirs,
    Ours,
    Shared,
}

/// A record as it lies in the engine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::twins::in_store) struct Stored {
    pub(in crate::twins::in_store) key: String,
    pub(in crate::twins::in_store) payload: Vec<u8>,
    /// How many milliseconds it has left, at the moment at which the programs are.
    pub(in crate::twins::in_store) left: i64,
    /// By how many milliseconds that may be wrong, either way.
    pub(in crate::twins::in_store) precision: i64,
}

pub(in crate::twins::in_store) type Opened = Pin<Box<dyn Future<Output = Arc<dyn Store>>>>;

/// A running server of an engine, which Flask-Session can use as well.
pub(in crate::twins::in_store) trait Engine {
    /// What Flask's program takes as `STORE`.
    fn url_for_flask(&self, place: Place) -> String;

    /// Flask-Session's settings for the same place.
    fn settings(&self, place: Place) -> Vec<(&'static str, String)>;

    /// Our store there.
    fn open(&self, place: Place) -> Opened {
        let mut settings = self.settings(place);
        settings.push(("SECRET_KEY", SECRET.to_owned()));
        settings.push(("DEWAR_ALLOW_WEAK_SECRET", "true".to_owned()));
        Box::pin(async move {
            let vars = settings.into_iter().map(|(name, value)| (format!("FLASK_{name}"), value));
            let config = Config::from_vars("FLASK", vars).unwrap();
            dewar_stores::from_config_with(&config, patient()).await.unwrap()
        })
    }

    /// Removes everything that is stored there.
    fn empty(&self, place: Place);

    /// Everything that is stored there.
    fn stored(&self, place: Place) -> Vec<Stored>;

    /// Puts other bytes into a record.
    fn overwrite(&self, place: Place, key: &str, payload: &[u8]);

    /// How the engine holds the records, such as the definition of the table.
    fn layout(&self, _: Place) -> String {
        String::new()
    }

    /// Whether the engine compares the ends of records with its own clock, and removes those that are over: the programs' clocks must
    /// run as well.
    fn ends_records_itself(&self) -> bool {
        false
    }
}

/// A server on a busy machine may be slow.
fn patient() -> GuardOptions {
    GuardOptions { deadline: Duration::from_secs(10), breaker: None, ..GuardOptions::default() }
}
