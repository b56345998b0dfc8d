//! A store of the program's own: sessions in a map.
//!
//! Six functions, and [`dewar::store::conformance`] checks that they keep the contract; the test beside this program shows how.
//!
//! `cargo run --example own_store --features axum`, then open <http://127.0.0.1:5000/>: it counts your visits.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use axum::{Router, routing::get};
use dewar::clock::UnixTime;
use dewar::store::{
    Created, Entry, Renamed, Revision, Store, StoreError, StoreKey, Stored, Swapped, Touch, async_trait,
};
use dewar::web::tower::SessionLayer;
use dewar::{CookiePolicy, ServerSide, Session, SessionManager, SettingsError};
use tokio::net::TcpListener;

type Kept = BTreeMap<StoreKey, Entry>;

/// One lock around everything makes each call one step.
#[derive(Debug, Default)]
pub struct OwnStore(Mutex<Kept>);

impl OwnStore {
    /// What is kept and not over.
    fn alive(&self, now: UnixTime) -> MutexGuard<'_, Kept> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, entry| !entry.is_over(now));
        kept
    }
}

/// An entry is the one that was seen if its bytes are the same.
fn revision(entry: &Entry) -> Revision {
    Revision::of_payload(entry.payload.clone())
}

fn stored(entry: &Entry) -> Stored {
    Stored { payload: entry.payload.clone(), revision: revision(entry), expires: entry.expires }
}

type Answer<T> = Result<T, StoreError>;

#[async_trait]
impl Store for OwnStore {
    async fn load(&self, key: &StoreKey, touch: Option<Touch>, now: UnixTime) -> Answer<Option<Stored>> {
        let mut kept = self.alive(now);
        let Some(entry) = kept.get_mut(key) else { return Ok(None) };
        let found = stored(entry);
        if let Some(touch) = touch.filter(|touch| touch.is_due(entry.expires)) {
            entry.expires = Some(touch.expires);
        }
        Ok(Some(found))
    }

    async fn create(&self, key: &StoreKey, entry: &Entry, now: UnixTime) -> Answer<Created> {
        let mut kept = self.alive(now);
        if kept.contains_key(key) {
            return Ok(Created::AlreadyThere);
        }
        kept.insert(key.clone(), entry.clone());
        Ok(Created::Created(revision(entry)))
    }

    async fn swap(&self, key: &StoreKey, seen: &Revision, entry: &Entry, now: UnixTime) -> Answer<Swapped> {
        match self.alive(now).get_mut(key) {
            None => Ok(Swapped::Gone),
            Some(found) if revision(found) != *seen => Ok(Swapped::Changed(stored(found))),
            Some(found) => {
                *found = entry.clone();
                Ok(Swapped::Swapped(revision(entry)))
            }
        }
    }

    async fn rename(
        &self,
        old: &StoreKey,
        new: &StoreKey,
        seen: &Revision,
        entry: &Entry,
        tombstone: Option<&Entry>,
        now: UnixTime,
    ) -> Answer<Renamed> {
        let mut kept = self.alive(now);
        match kept.get(old) {
            None => return Ok(Renamed::Gone),
            Some(found) if revision(found) != *seen => return Ok(Renamed::Changed(stored(found))),
            Some(_) if kept.contains_key(new) => return Ok(Renamed::AlreadyThere),
            Some(_) => {}
        }
        kept.remove(old);
        kept.extend(tombstone.map(|tombstone| (old.clone(), tombstone.clone())));
        kept.insert(new.clone(), entry.clone());
        Ok(Renamed::Renamed(revision(entry)))
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Answer<bool> {
        let mut kept = self.alive(now);
        let found = kept.get_mut(key);
        Ok(found.map(|entry| entry.expires = Some(expires)).is_some())
    }

    async fn remove(&self, key: &StoreKey, tombstone: Option<&Entry>, now: UnixTime) -> Answer<bool> {
        let mut kept = self.alive(now);
        let was_there = kept.remove(key).is_some();
        kept.extend(tombstone.filter(|_| was_there).map(|tombstone| (key.clone(), tombstone.clone())));
        Ok(was_there)
    }
}

async fn count(session: Session) -> Result<String, StatusCode> {
    let counted = session.update("visits", |visits: Option<u32>| visits.unwrap_or(0).saturating_add(1));
    counted.map_err(|_| StatusCode::CONFLICT)?;
    Ok(format!("visit {}", session.get("visits").ok().flatten().unwrap_or(1)))
}

/// The program, wherever its sessions are.
pub fn app(settings: ServerSide) -> Result<Router, SettingsError> {
    let sessions = SessionManager::server_side(settings)?;
    Ok(Router::new().route("/", get(count)).layer(SessionLayer::new(sessions)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Plain HTTP, here on this machine: no browser would keep the cookie of the defaults, which asks for HTTPS.
    let cookie = CookiePolicy { name: "session".into(), secure: false, ..CookiePolicy::default() };
    let settings = ServerSide { cookie, ..ServerSide::new("shop", Arc::new(OwnStore::default())) };
    let listener = TcpListener::bind("127.0.0.1:5000").await?;
    axum::serve(listener, app(settings)?).await?;
    Ok(())
}
