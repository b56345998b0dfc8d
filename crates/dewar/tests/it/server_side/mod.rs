//! Sessions in a store, through the manager alone: requests that overlap are opened one after the other and saved one after
//! the other, so that every race is forced.

mod anonymous;
mod best_effort;
mod carts;
mod conflicts;
mod edits;
mod ended_while_renamed;
mod engines;
mod flashes;
mod flask;
mod known_owners;
mod lifetime;
mod limits;
mod logins;
mod logout;
pub(crate) mod logs;
mod own_lifetimes;
mod owners;
mod program_code;
mod records;
mod refusing_stores;
mod round_trips;
mod saves;
mod schedules;
mod several_ids;
mod shared_engine;
mod store_down;
mod structs;
mod typed;
mod unreadable;
mod updates;
mod waiting;
mod without_expiry;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Memory, Store, StoreKey, Stored};
use dewar::web::SessionHeaders;
use dewar::{ServerSide, Session, SessionManager};

use self::known_owners::KnownOwners;
use crate::stored::stored;

const START: UnixTime = UnixTime::from_seconds(1_709_210_096);

/// A site: a manager over a memory store, and a clock that is moved by hand.
#[derive(Clone)]
struct Site {
    manager: SessionManager,
    store: Arc<Memory>,
    millis: Arc<AtomicI64>,
}

/// Overlapping requests of one client.
struct Request {
    site: Site,
    session: Session,
}

impl Site {
    fn new(settings: impl FnOnce(ServerSide) -> ServerSide) -> Self {
        Self::with(|store| ServerSide::new("shop", store), settings)
    }

    fn flask(settings: impl FnOnce(ServerSide) -> ServerSide) -> Self {
        Self::with(ServerSide::flask, settings)
    }

    fn with(
        preset: impl FnOnce(Arc<dyn Store>) -> ServerSide,
        settings: impl FnOnce(ServerSide) -> ServerSide,
    ) -> Self {
        let store = Arc::new(Memory::new());
        let millis = Arc::new(AtomicI64::new(START.millis()));
        let hands = Arc::clone(&millis);
        let clock = Clock::from_fn(move || UnixTime::from_millis(hands.load(Ordering::Relaxed)));
        let settings = settings(ServerSide { clock, ..preset(Arc::new(KnownOwners::new(store.clone()))) });
        Self { manager: SessionManager::server_side(settings).unwrap(), store, millis }
    }

    fn pass(&self, time: Duration) {
        self.millis.fetch_add(time.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }

    fn now(&self) -> UnixTime {
        UnixTime::from_millis(self.millis.load(Ordering::Relaxed))
    }

    async fn request(&self, cookie: &str) -> Request {
        let session = self.manager.open([cookie.as_bytes()]).await.unwrap();
        Request { site: self.clone(), session }
    }

    /// A whole request. Returns the cookie that the client has afterwards.
    async fn visit(&self, cookie: &str, handle: impl FnOnce(&Session)) -> String {
        let request = self.request(cookie).await;
        handle(&request.session);
        let reply = request.end().await;
        held(&reply).unwrap_or_else(|| cookie.to_owned())
    }

    /// A new session of Zoe's.
    async fn login(&self) -> String {
        self.visit("", |session| session.insert_value("user", "zoe")).await
    }

    async fn user(&self, cookie: &str) -> Option<String> {
        self.request(cookie).await.session.get("user").unwrap()
    }

    /// What the store contains, tombstones included.
    async fn stored(&self) -> Vec<(StoreKey, Stored)> {
        stored(&*self.store, self.now()).await
    }

    async fn entries(&self) -> usize {
        self.stored().await.len()
    }
}

impl Request {
    async fn end(&self) -> SessionHeaders {
        self.site.manager.save(&self.session).await.unwrap()
    }
}

/// What the client holds if the reply sets or removes its cookie.
fn held(reply: &SessionHeaders) -> Option<String> {
    let line = reply.set_cookie()?;
    Some(if line.contains("Max-Age=0") { String::new() } else { line.split(';').next().unwrap().to_owned() })
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
