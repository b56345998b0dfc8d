//! Sessions that are read through a manager, which loads them without their expiry and extends them by writing them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use dewar::clock::{Clock, UnixTime};
use dewar::{ServerSide, Session, SessionManager};
use dewar_servers::Redis as Server;

use super::round_trips::Proxy;
use super::{HOUR, now, open};

/// A manager whose clock is moved by hand. Redis counts on by its own.
struct Shop {
    manager: SessionManager,
    millis: Arc<AtomicI64>,
}

impl Shop {
    async fn at(url: &str) -> Self {
        let millis = Arc::new(AtomicI64::new(now().millis()));
        let hands = Arc::clone(&millis);
        let clock = Clock::from_fn(move || UnixTime::from_millis(hands.load(Ordering::Relaxed)));
        let settings = ServerSide { clock, ..ServerSide::new("shop", Arc::new(open(url).await)) };
        Self { manager: SessionManager::server_side(settings).unwrap(), millis }
    }

    fn pass_a_tenth(&self) {
        self.millis.fetch_add((HOUR / 10).as_millis() as i64, Ordering::Relaxed);
    }

    async fn request(&self, cookie: &str, handle: impl FnOnce(&Session)) -> Option<String> {
        let session = self.manager.open([cookie.as_bytes()]).await.unwrap();
        handle(&session);
        let line = self.manager.save(&session).await.unwrap().set_cookie()?.to_owned();
        Some(line.split(';').next().unwrap().to_owned())
    }
}

fn is_of_ann(session: &Session) {
    assert_eq!(session.owner().map(|owner| owner.to_string()).as_deref(), Some("ann"));
}

/// The TTL of each key of this kind.
fn ttls(server: &Server, kind: &str) -> Vec<u64> {
    let keys = server.command(&["KEYS", "shop:{*"]).unwrap();
    let keys = keys.lines().filter(|key| key.ends_with(":owner") == (kind == "owner"));
    keys.map(|key| server.command(&["TTL", key]).unwrap().trim().parse().unwrap()).collect()
}

#[tokio::test]
async fn a_read_is_one_round_trip_and_once_in_a_tenth_of_the_idle_time_two() {
    let Some(server) = Server::for_test() else { return };
    let proxy = Proxy::before(&server).await;
    let shop = Shop::at(&proxy.url).await;
    for owner in [None, Some("ann")] {
        let handle = |session: &Session| {
            session.insert_value("a", 1);
            owner.into_iter().for_each(|owner| session.log_in(owner));
        };
        let cookie = shop.request("", handle).await.unwrap();
        // The first one also notes that the client has sent the id, and sends the scripts.
        for _ in 0..2 {
            shop.pass_a_tenth();
            shop.request(&cookie, |session| assert!(session.contains("a"))).await;
        }
        for expected in [1, 2, 1] {
            if expected == 2 {
                shop.pass_a_tenth();
            }
            let before = proxy.count();
            shop.request(&cookie, |session| assert!(session.contains("a"))).await;
            assert_eq!(proxy.count() - before, expected, "{owner:?}");
        }
    }
}

/// What belongs to a session lives as long, and its owner still finds it.
#[tokio::test]
async fn a_session_is_extended_with_its_owner() {
    let Some(server) = Server::for_test() else { return };
    let shop = Shop::at(&server.url()).await;
    let mut cookie = shop.request("", |session| session.log_in("ann")).await.unwrap();
    let places: Vec<_> = shop.manager.sessions_of("ann", None).await.unwrap();
    for _ in 0..12 {
        shop.pass_a_tenth();
        for key in server.command(&["KEYS", "shop:{*"]).unwrap().lines() {
            server.command(&["EXPIRE", key, "60"]).unwrap();
        }
        let set = shop.request(&cookie, is_of_ann).await;
        cookie = set.unwrap_or(cookie);
        for kind in ["entry", "owner"] {
            let left = ttls(&server, kind);
            assert!(left.len() == 1 && (3590..=3600).contains(&left[0]), "{kind}: {left:?}");
        }
    }
    let found = shop.manager.sessions_of("ann", None).await.unwrap();
    assert_eq!((places.len(), found.len()), (1, 1));
    assert!(
        shop.millis.load(Ordering::Relaxed) - found[0].last_seen.millis() < 10_000,
        "it was used just now"
    );
    assert_eq!(shop.manager.end_sessions_of("ann", None).await.unwrap(), 1);
    shop.request(&cookie, |session| assert!(session.is_new())).await;
}
