//! A store that is faster if it is not asked for the expiry, like Redis: a session is extended by writing it.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dewar::clock::UnixTime;
use dewar::lifetime::{Refresh, Timeouts};
use dewar::store::{AsyncStore, Memory, Store, StoreError, StoreKey, Stored, Touch, Write, WriteOutcome};
use dewar::{Lifetime, ServerSide, Session, SessionManager};

use super::{HOUR, MINUTE, SECOND, Site};

/// The idle limit of all sessions, unless set otherwise.
const IDLE: Duration = HOUR;

/// Notes its calls.
#[derive(Default)]
struct ExpiryApart {
    memory: Arc<Memory>,
    calls: Mutex<Vec<&'static str>>,
    /// What another request does between the next load and its answer.
    meanwhile: Mutex<Option<Pin<Box<dyn Future<Output = String> + Send>>>>,
    is_full: AtomicBool,
}

impl fmt::Debug for ExpiryApart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ExpiryApart")
    }
}

impl ExpiryApart {
    fn note(&self, call: &'static str) {
        self.calls.lock().unwrap().push(call);
    }

    fn take(&self) -> Vec<&'static str> {
        mem::take(&mut self.calls.lock().unwrap())
    }

    fn meanwhile(&self, request: impl Future<Output = String> + Send + 'static) {
        *self.meanwhile.lock().unwrap() = Some(Box::pin(request));
    }
}

impl AsyncStore for ExpiryApart {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.note("load");
        self.memory.load(key, touch, now).await
    }

    async fn load_without_expiry(&self, key: &StoreKey, now: UnixTime) -> Result<Option<Stored>, StoreError> {
        self.note("load without expiry");
        let found = self.memory.load(key, None, now).await?;
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(request) = meanwhile {
            request.await;
        }
        Ok(found.map(|stored| Stored { expires: None, ..stored }))
    }

    fn is_faster_without_expiry(&self) -> bool {
        true
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.note(write.name());
        if self.is_full.load(Ordering::Relaxed) {
            return Err(StoreError::refused("no room"));
        }
        self.memory.write(write, now).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.note("touch");
        self.memory.touch(key, expires, now).await
    }
}

/// A site with such a store.
fn site(settings: impl FnOnce(ServerSide) -> ServerSide) -> (Site, Arc<ExpiryApart>) {
    let mut store = None;
    let site = Site::new(|mut given| {
        let shared = Arc::new(ExpiryApart::default());
        given.store = shared.clone();
        store = Some(shared);
        settings(given)
    });
    let store = store.unwrap();
    (Site { store: Arc::clone(&store.memory), ..site }, store)
}

fn read(session: &Session) {
    assert_eq!(session.get::<String>("user").unwrap().as_deref(), Some("zoe"));
}

fn change(session: &Session) {
    session.insert_value("b", 1);
}

#[tokio::test]
async fn a_read_is_one_call_and_once_in_a_tenth_of_the_idle_time_two() {
    let (site, store) = site(|s| s);
    let cookie = site.login().await;
    site.visit(&cookie, read).await;
    store.take();
    site.pass(IDLE / 10 - Duration::from_millis(1));
    site.visit(&cookie, read).await;
    assert_eq!(store.take(), ["load without expiry"]);
    site.pass(Duration::from_millis(1));
    site.visit(&cookie, read).await;
    assert_eq!(store.take(), ["load without expiry", "swap"]);
    assert_eq!(site.stored().await[0].1.expires, Some(site.now().plus(IDLE)));
    site.visit(&cookie, change).await;
    assert_eq!(store.take(), ["load without expiry", "swap"], "the change");
    site.pass(IDLE / 2);
    site.visit(&cookie, change).await;
    assert_eq!(store.take(), ["load without expiry", "swap", "swap"]);
}

#[tokio::test]
async fn a_session_that_is_used_does_not_expire_and_one_that_is_not_does() {
    let (site, store) = site(|s| s);
    let cookie = site.login().await;
    for _ in 0..10 {
        site.pass(IDLE - Duration::from_millis(1));
        site.visit(&cookie, read).await;
        // A request that fails, or whose client has gone, is not saved.
        site.pass(IDLE - Duration::from_millis(1));
        read(&site.request(&cookie).await.session);
    }
    site.pass(IDLE);
    store.take();
    site.visit(&cookie, |session| assert!(session.is_new())).await;
    assert_eq!(store.take(), ["load without expiry"]);
}

/// Another program at the same store has extended the expiry in the store alone: an earlier version, or one with another setting.
#[tokio::test]
async fn what_only_the_store_knows_to_be_extended_is_found() {
    let (site, store) = site(|s| s);
    let cookie = site.login().await;
    let (key, _) = site.stored().await.remove(0);
    site.pass(IDLE / 2);
    assert!(site.store.touch(&key, site.now().plus(IDLE), site.now()).await.unwrap());
    site.pass(IDLE * 9 / 10);
    store.take();
    read(&site.request(&cookie).await.session);
    assert_eq!(store.take(), ["load without expiry", "load", "swap"]);
    read(&site.request(&cookie).await.session);
    assert_eq!(store.take(), ["load without expiry"]);
    // And what the store keeps for too long is removed.
    assert!(site.store.touch(&key, site.now().plus(30 * HOUR), site.now()).await.unwrap());
    site.pass(25 * HOUR);
    site.visit(&cookie, |session| assert!(session.is_new())).await;
    assert_eq!(store.take(), ["load without expiry", "load", "swap"]);
    assert_eq!(site.entries().await, 0);
}

/// It is extended by a write like any other, which never creates what has ended.
#[tokio::test]
async fn a_read_revives_no_session_that_ends_meanwhile() {
    let (site, store) = site(|s| s);
    let cookie = site.login().await;
    site.pass(IDLE / 2);
    let (other, same) = (site.clone(), cookie.clone());
    store.meanwhile(async move { other.visit(&same, Session::destroy).await });
    let late = site.request(&cookie).await;
    read(&late.session);
    assert_eq!(late.end().await.set_cookie(), None);
    assert_eq!(site.user(&cookie).await, None);
}

#[tokio::test]
async fn a_read_loses_no_change_that_comes_first() {
    let (site, store) = site(|s| s);
    let cookie = site.login().await;
    site.pass(IDLE / 2);
    let (other, same) = (site.clone(), cookie.clone());
    store.meanwhile(async move { other.visit(&same, change).await });
    let late = site.request(&cookie).await;
    late.session.insert_value("c", 1);
    let _ = late.end().await;
    let session = site.request(&cookie).await.session;
    read(&session);
    assert!(session.contains("b") && session.contains("c"));
}

/// An engine that has no room for a write may still move an expiry.
#[tokio::test]
async fn a_session_is_extended_though_nothing_can_be_written() {
    let (site, store) = site(|s| s);
    let cookie = site.login().await;
    store.is_full.store(true, Ordering::Relaxed);
    for calls in
        [&["load without expiry", "swap", "touch"][..], &["load without expiry", "load", "swap", "touch"]]
    {
        site.pass(IDLE - SECOND);
        store.take();
        read(&site.request(&cookie).await.session);
        assert_eq!(store.take(), calls);
    }
}

#[tokio::test]
async fn a_session_with_its_own_lifetime_is_written_when_it_is_saved() {
    let (site, store) = site(|s| s);
    let own = Timeouts { idle: Some(24 * HOUR), absolute: Some(48 * HOUR) };
    let cookie = site
        .visit("", |session| {
            session.insert_value("user", "zoe");
            session.set_timeouts(own).unwrap();
        })
        .await;
    site.visit(&cookie, read).await;
    site.pass(3 * HOUR);
    store.take();
    let request = site.request(&cookie).await;
    read(&request.session);
    assert_eq!(store.take(), ["load without expiry"]);
    let _ = request.end().await;
    assert_eq!(store.take(), ["swap"]);
}

#[tokio::test]
async fn a_read_extends_nothing_if_only_changes_do() {
    let on_change = Lifetime { refresh: Refresh::OnChange, ..Lifetime::default() };
    let (site, store) = site(|s| ServerSide { lifetime: on_change, ..s });
    let cookie = site.login().await;
    site.visit(&cookie, read).await;
    site.pass(IDLE / 2);
    store.take();
    site.visit(&cookie, read).await;
    assert_eq!(store.take(), ["load without expiry"]);
    // Another program has extended it.
    let (key, _) = site.stored().await.remove(0);
    assert!(site.store.touch(&key, site.now().plus(IDLE), site.now()).await.unwrap());
    site.pass(IDLE * 9 / 10);
    site.visit(&cookie, read).await;
    assert_eq!(store.take(), ["load without expiry", "load"]);
}

#[tokio::test]
async fn each_request_touches_if_it_must_and_flask_says_nothing_of_its_writes() {
    let each = Lifetime { refresh: Refresh::EachRequest, ..Lifetime::default() };
    let (site, store) = site(|s| ServerSide { lifetime: each, ..s });
    let cookie = site.login().await;
    site.visit(&cookie, read).await;
    site.pass(MINUTE);
    store.take();
    site.visit(&cookie, read).await;
    assert_eq!(store.take(), ["load"]);
    let manager = SessionManager::server_side(ServerSide::flask(store.clone())).unwrap();
    let session = manager.open([]).await.unwrap();
    session.insert_value("user", "zoe");
    let cookie = super::held(&manager.save(&session).await.unwrap()).unwrap();
    store.take();
    read(&manager.open([cookie.as_bytes()]).await.unwrap());
    assert_eq!(store.take(), ["load"]);
}
