//! A store of the program's own: sessions in a map.
//!
//! Three functions, and [`dewar::store::conformance`] checks that they meet the contract; the test beside this program shows how.
//!
//! `cargo run --example own_store --features axum`, then open <http://127.0.0.1:5000/>: it counts your visits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use axum::{Router, routing::get};
use dewar::clock::UnixTime;
use dewar::error::SettingsError;
use dewar::store::{AsyncStore, Entry, Revision, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome};
use dewar::web::axum::SessionLayer;
use dewar::{CookiePolicy, ServerSide, Session, SessionManager};
use tokio::net::TcpListener;

type Entries = BTreeMap<StoreKey, Entry>;

/// One lock around everything makes each call one step.
#[derive(Debug, Default)]
pub struct OwnStore(Mutex<Entries>);

impl OwnStore {
    /// The entries that have not expired.
    fn living(&self, now: UnixTime) -> MutexGuard<'_, Entries> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| !entry.is_expired(now));
        entries
    }
}

/// An entry is the one that was seen if its bytes are the same.
fn revision(entry: &Entry) -> Revision {
    Revision::from_payload(entry.payload.clone())
}

fn stored(entry: &Entry) -> Stored {
    Stored { payload: entry.payload.clone(), revision: revision(entry), expires: entry.expires }
}

impl AsyncStore for OwnStore {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        let mut entries = self.living(now);
        let Some(entry) = entries.get_mut(key) else { return Ok(None) };
        let found = stored(entry);
        if let Some(touch) = touch.filter(|touch| touch.is_due(entry.expires)) {
            entry.expires = Some(touch.expires);
        }
        Ok(Some(found))
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let mut entries = self.living(now);
        let found = entries.get(write.key()).map(stored);
        if let Some(refusal) = write.refusal(found, |key| entries.contains_key(key)) {
            return Ok(refusal);
        }
        entries.remove(write.key());
        entries.extend(write.entries().map(|(key, entry)| (key.clone(), entry.clone())));
        Ok(write.entry().map_or(WriteOutcome::Removed, |entry| WriteOutcome::Saved(revision(entry))))
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        let mut entries = self.living(now);
        Ok(entries.get_mut(key).map(|entry| entry.expires = Some(expires)).is_some())
    }
}

async fn count(session: Session) -> Result<String, StatusCode> {
    let counted = session.update("visits", |visits: Option<u32>| visits.unwrap_or(0).saturating_add(1));
    Ok(format!("visit {}", counted.map_err(|_| StatusCode::CONFLICT)?))
}

/// The program, with any store.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let sessions = SessionManager::server_side(settings)?;
    Ok(Router::new().route("/", get(count)).layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The default cookie needs HTTPS.
    let cookie = CookiePolicy::plain_http();
    let settings = ServerSide { cookie, ..ServerSide::new("shop", Arc::new(OwnStore::default())) };
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(settings)?).await?;
    Ok(())
}
