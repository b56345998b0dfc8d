//! How often the store is asked, and what it costs if it does not answer.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use dewar::lifetime::Timeouts;
use dewar::{Lifetime, ServerSide, Session, SessionManager};
use dewar_stores::guard::{Guard, GuardOptions};

use super::{Connection, Site, settle};
use crate::counters::Counters;

#[tokio::test]
async fn a_hundred_connections_are_one_load_every_five_seconds() {
    let site = Site::new();
    let cookie = site.login("user:zoe").await;
    let mut connections: Vec<Connection> = Vec::new();
    for _ in 0..50 {
        connections.push(site.connect(&cookie).await);
    }
    // The others come between two polls.
    site.time.pass(3).await;
    for _ in 0..50 {
        connections.push(site.connect(&cookie).await);
    }
    site.time.pass(57).await;
    assert_eq!(site.loads(), 12);
    assert!(connections.iter().all(Connection::is_open));

    site.visit(&cookie, Session::destroy).await;
    settle().await;
    assert!(connections.iter().all(Connection::is_open), "it is not known yet");
    site.loads();
    site.time.pass(5).await;
    assert_eq!((site.loads(), connections.iter().filter(|one| one.is_open()).count()), (1, 0));
}

#[tokio::test]
async fn sessions_do_not_wait_for_each_other() {
    let site = Site::new();
    let (zoe, ada) = (site.login("user:zoe").await, site.login("user:ada").await);
    let (of_zoe, of_ada) = (site.connect(&zoe).await, site.connect(&ada).await);
    site.visit(&zoe, Session::destroy).await;
    site.loads();
    site.time.pass(5).await;
    assert_eq!((of_zoe.is_open(), of_ada.is_open(), site.loads()), (false, true, 2));
    site.time.pass(5).await;
    assert_eq!(site.loads(), 1);
}

#[tokio::test]
async fn waiting_does_not_extend_a_session() {
    let lifetime = Lifetime { idle: Some(Duration::from_secs(60)), ..Lifetime::default() };
    let site = Site::with(|store| ServerSide { lifetime, ..ServerSide::new("shop", store) });
    let cookie = site.login("user:zoe").await;
    let connection = site.connect(&cookie).await;
    site.time.pass(40).await;
    site.open(&cookie).await;
    site.time.pass(55).await;
    assert!(connection.is_open(), "a request has extended it");
    site.time.pass(10).await;
    assert!(!connection.is_open(), "it has expired");
}

/// "Remember me": its own lifetime decides, not that of the others.
#[tokio::test]
async fn a_session_with_a_lifetime_of_its_own_ends_with_that() {
    let lifetime = Lifetime { idle: Some(Duration::from_secs(60)), ..Lifetime::default() };
    let site = Site::with(|store| ServerSide { lifetime, ..ServerSide::new("shop", store) });
    let longer = Timeouts { idle: Some(Duration::from_secs(120)), absolute: Some(Duration::from_secs(3600)) };
    let cookie = site.visit("", |session| {
        session.log_in("user:zoe");
        session.set_timeouts(longer).unwrap();
    });
    let connection = site.connect(&cookie.await).await;
    site.time.pass(115).await;
    assert!(connection.is_open());
    site.time.pass(10).await;
    assert!(!connection.is_open());
}

#[test]
fn a_store_that_fails_ends_no_connection() {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            let site = Site::new();
            let cookie = site.login("user:zoe").await;
            let connection = site.connect(&cookie).await;
            site.store.hook.is_down.store(true, Ordering::Relaxed);
            site.time.pass(50).await;
            assert!(connection.is_open());
            site.store.hook.is_down.store(false, Ordering::Relaxed);
            site.time.pass(10).await;
            assert!(connection.is_open());
            site.visit(&cookie, Session::destroy).await;
            site.time.pass(5).await;
            assert!(!connection.is_open());
        });
    });
    assert_eq!(counters.value("dewar_session_events_total", "not_watched"), 10);
}

/// The connection that asks is closed while the store does not answer.
#[tokio::test]
async fn the_others_go_on_when_the_one_that_asks_is_closed() {
    let site = Site::new();
    let cookie = site.login("user:zoe").await;
    let asking = site.connect(&cookie).await;
    site.time.pass(1).await;
    let others = [site.connect(&cookie).await, site.connect(&cookie).await];
    site.store.hook.is_stuck.store(true, Ordering::Relaxed);
    site.time.pass(4).await;
    assert_eq!(site.loads(), 1, "it is asking");
    drop(asking);
    site.store.hook.is_stuck.store(false, Ordering::Relaxed);
    site.visit(&cookie, Session::destroy).await;
    site.time.pass(10).await;
    assert!(!others.iter().any(Connection::is_open));
}

#[tokio::test]
async fn nothing_asks_for_connections_that_are_closed() {
    let site = Site::new();
    let cookie = site.login("user:zoe").await;
    let connections = [site.connect(&cookie).await, site.connect(&cookie).await];
    site.time.pass(7).await;
    drop(connections);
    site.loads();
    site.time.pass(60).await;
    assert_eq!(site.loads(), 0);
}

/// The guard repeats calls and opens its breaker by a clock of its own, so that this waits for what it does.
#[tokio::test]
async fn it_works_behind_a_guard() {
    let site =
        Site::with(|store| ServerSide::new("shop", Arc::new(Guard::new(store, GuardOptions::default()))));
    let cookie = site.login("user:zoe").await;
    let connection = site.connect(&cookie).await;
    site.store.hook.is_down.store(true, Ordering::Relaxed);
    while site.store.hook.loads.load(Ordering::Relaxed) < 4 {
        site.time.pass(5).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(connection.is_open());
    site.store.hook.is_down.store(false, Ordering::Relaxed);
    while site.manager.end_sessions_of("user:zoe", None).await.is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    while connection.is_open() {
        site.time.pass(5).await;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// A clock that stands still, or is set back, changes nothing: pauses are counted, not compared with it.
#[tokio::test]
async fn a_clock_that_stands_still_does_not_stop_the_polls() {
    let mut site = Site::new();
    let clock = dewar::clock::Clock::fixed(super::START);
    let settings = ServerSide { clock, ..ServerSide::new("shop", site.store.clone()) };
    site.manager = SessionManager::server_side(settings).unwrap();
    let cookie = site.login("user:zoe").await;
    let connection = site.connect(&cookie).await;
    site.time.pass(20).await;
    assert_eq!(site.loads(), 4);
    site.visit(&cookie, Session::destroy).await;
    site.time.pass(5).await;
    assert!(!connection.is_open());
}
