//! Logging in and out.

mod extractors;
mod json;
mod next_in_chromium;
mod one_call;
mod places;
mod shop;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::lifetime::Permanence;
use dewar::store::Memory;
use dewar::web::SessionHeaders;
use dewar::{ClientSide, Lifetime, SecretKeys, ServerSide, Session, SessionManager};

/// The kinds of sessions: two in cookies, two in stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Sealed,
    FlaskCookie,
    Native,
    FlaskSession,
}

const KINDS: [Kind; 4] = [Kind::Sealed, Kind::FlaskCookie, Kind::Native, Kind::FlaskSession];

impl Kind {
    fn is_in_store(self) -> bool {
        matches!(self, Self::Native | Self::FlaskSession)
    }

    /// Those that say when a session began, and have room for a lifetime of its own.
    fn is_our_own(self) -> bool {
        matches!(self, Self::Sealed | Self::Native)
    }
}

/// A site with sessions of one kind, and a clock that is moved by hand.
struct Site {
    manager: SessionManager,
    millis: Arc<AtomicI64>,
}

impl Site {
    fn new(kind: Kind) -> Self {
        Self::with(kind, |lifetime| lifetime)
    }

    /// Sessions end with the browser, whatever the preset says, unless `change` says something else.
    fn with(kind: Kind, change: impl Fn(Lifetime) -> Lifetime) -> Self {
        let millis = Arc::new(AtomicI64::new(1_709_210_096_000));
        let hands = Arc::clone(&millis);
        let clock = Clock::from_fn(move || UnixTime::from_millis(hands.load(Ordering::Relaxed)));
        let keys = SecretKeys::accepting_weak("a key of at least thirty-two bytes, for tests").unwrap();
        let store = Arc::new(Memory::new());
        let lifetime = |preset| change(Lifetime { permanence: Permanence::BrowserSession, ..preset });
        let in_cookie = |preset: ClientSide| {
            let lifetime = lifetime(preset.lifetime);
            SessionManager::client_side(ClientSide { clock: clock.clone(), lifetime, ..preset })
        };
        let in_store = |preset: ServerSide| {
            let lifetime = lifetime(preset.lifetime);
            SessionManager::server_side(ServerSide { clock: clock.clone(), lifetime, ..preset })
        };
        let manager = match kind {
            Kind::Sealed => in_cookie(ClientSide::new(keys)),
            Kind::FlaskCookie => in_cookie(ClientSide::flask(keys)),
            Kind::Native => in_store(ServerSide::new("shop", store)),
            Kind::FlaskSession => in_store(ServerSide::flask(store)),
        };
        Self { manager: manager.unwrap(), millis }
    }

    fn pass(&self, time: Duration) {
        self.millis.fetch_add(time.as_millis().try_into().unwrap(), Ordering::Relaxed);
    }

    async fn open(&self, cookie: &str) -> Session {
        self.manager.open([cookie.as_bytes()]).await.unwrap()
    }

    /// A whole request. Returns what it says of the cookie, and the cookie that the client has afterwards.
    async fn request(&self, cookie: &str, handle: impl FnOnce(&Session)) -> (SessionHeaders, String) {
        let session = self.open(cookie).await;
        handle(&session);
        let reply = self.manager.save(&session).await.unwrap();
        let cookie = held(&reply).unwrap_or_else(|| cookie.to_owned());
        (reply, cookie)
    }

    async fn visit(&self, cookie: &str, handle: impl FnOnce(&Session)) -> String {
        self.request(cookie, handle).await.1
    }

    async fn owner(&self, cookie: &str) -> Option<String> {
        self.open(cookie).await.owner().map(|owner| owner.to_string())
    }
}

/// What the client holds if the reply sets or removes its cookie.
fn held(reply: &SessionHeaders) -> Option<String> {
    let pair = reply.set_cookie()?.split(';').next()?;
    Some(if pair.ends_with('=') { String::new() } else { pair.to_owned() })
}

/// Whether the cookie outlives the browser.
fn is_permanent(reply: &SessionHeaders) -> bool {
    reply.set_cookie().is_some_and(|line| line.contains("; Expires="))
}

const HOUR: Duration = Duration::from_secs(3600);
