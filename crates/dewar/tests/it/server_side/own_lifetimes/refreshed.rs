//! A look at a session with a lifetime of its own writes it, once in a tenth of its idle time: best effort.

use std::sync::Arc;

use dewar::clock::{Clock, UnixTime};
use dewar::lifetime::{Lifetime, Refresh};
use dewar::store::{Memory, Store, StoreError, Write};
use dewar::{ServerSide, Session, SessionManager};

use super::super::round_trips::CountingStore;
use super::super::{START, Site, held};
use super::{DAY, HOUR, MINUTE, remembered, short};
use crate::counters::Counters;
use crate::hooked_store::{Call, Hook, HookedStore};

#[tokio::test]
async fn of_parallel_looks_one_writes() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", remembered).await;
    let revision = async || site.stored().await[0].1.revision.clone();
    let was = revision().await;
    site.pass(3 * DAY);
    let mut requests = Vec::new();
    for _ in 0..5 {
        requests.push(site.request(&cookie).await);
    }
    let mut replies = vec![requests[0].end().await];
    let first = revision().await;
    assert_ne!(first, was);
    for request in &requests[1..] {
        assert!(request.session.contains("user"));
        replies.push(request.end().await);
    }
    assert_eq!(revision().await, first, "the others found it written");
    let told = replies.iter().filter(|reply| reply.set_cookie().is_some()).count();
    assert_eq!(told, 1);
    // What one of them changes afterwards is stored.
    requests[4].session.insert_value("n", 1);
    let _ = requests[4].end().await;
    assert!(site.request(&cookie).await.session.contains("n"));
}

/// A look that is due comes first, then a change of another request, which was under way: both count.
#[tokio::test]
async fn no_change_is_lost_to_a_look() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", remembered).await;
    site.pass(3 * DAY);
    let (look, change) = (site.request(&cookie).await, site.request(&cookie).await);
    change.session.update("n", |n: Option<u8>| n.unwrap_or(0) + 1).unwrap();
    let _ = look.end().await;
    let _ = change.end().await;
    let (change, look) = (site.request(&cookie).await, site.request(&cookie).await);
    change.session.update("n", |n: Option<u8>| n.unwrap_or(0) + 1).unwrap();
    let _ = change.end().await;
    let _ = look.end().await;
    assert_eq!(site.request(&cookie).await.session.get("n").unwrap(), Some(2));
}

#[tokio::test]
async fn a_look_at_one_that_was_ended_meanwhile_leaves_it_ended() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", remembered).await;
    site.pass(3 * DAY);
    let look = site.request(&cookie).await;
    let _ = site.visit(&cookie, Session::destroy).await;
    assert_eq!(look.end().await.set_cookie(), None);
    assert!(!site.look(&cookie).await);
}

/// A clock that was set back must not end it, and does not make each look write.
#[tokio::test]
async fn a_clock_that_is_set_back_does_no_harm() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", remembered).await;
    let earlier = Site { millis: Arc::new((START.millis() - 86_400_000).into()), ..site.clone() };
    let hands = Arc::clone(&earlier.millis);
    let clock =
        Clock::from_fn(move || UnixTime::from_millis(hands.load(std::sync::atomic::Ordering::Relaxed)));
    let settings = ServerSide { clock, ..ServerSide::new("shop", site.store.clone()) };
    let earlier = Site { manager: SessionManager::server_side(settings).unwrap(), ..earlier };
    let was = site.stored().await[0].1.clone();
    assert!(earlier.look(&cookie).await);
    assert_eq!(site.stored().await[0].1, was);
}

#[tokio::test]
async fn a_look_takes_one_more_round_trip_when_it_is_due() {
    for (refresh, due) in [(Refresh::WhenDue, 2), (Refresh::EachRequest, 2), (Refresh::OnChange, 1)] {
        let store = Arc::new(CountingStore::default());
        let at = |now| {
            let lifetime = Lifetime { refresh, ..Lifetime::default() };
            let settings =
                ServerSide { lifetime, clock: Clock::fixed(now), ..ServerSide::new("shop", store.clone()) };
            SessionManager::server_side(settings).unwrap()
        };
        let session = at(START).open([]).await.unwrap();
        remembered(&session);
        let cookie = held(&at(START).save(&session).await.unwrap()).unwrap();
        for (now, expected) in
            [(2 * DAY, 1), (3 * DAY, due), (3 * DAY + HOUR, if due == 2 { 1 } else { due })]
        {
            let (manager, before) = (at(START.plus(now)), store.calls());
            let session = manager.open([cookie.as_bytes()]).await.unwrap();
            assert!(session.contains("user"));
            let _ = manager.save(&session).await.unwrap();
            assert_eq!(store.calls() - before, expected, "{refresh:?} after {now:?}");
        }
    }
}

/// Can be read, but has no space for a write over an existing entry.
#[derive(Debug, Default)]
struct Full;

impl Hook for Full {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        match call {
            Call::Write(Write::Swap { .. }) => Err(StoreError::refused("the disk is full")),
            _ => Ok(()),
        }
    }
}

#[test]
fn a_look_is_served_although_it_cannot_be_written() {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            let store: Arc<dyn Store> = Arc::new(HookedStore::new(Full, Arc::new(Memory::new())));
            let at = |now| {
                let settings =
                    ServerSide { clock: Clock::fixed(now), ..ServerSide::new("shop", store.clone()) };
                SessionManager::server_side(settings).unwrap()
            };
            let session = at(START).open([]).await.unwrap();
            short(&session);
            let cookie = held(&at(START).save(&session).await.unwrap()).unwrap();
            let manager = at(START.plus(4 * MINUTE));
            let session = manager.open([cookie.as_bytes()]).await.unwrap();
            assert!(session.contains("user"));
            assert_eq!(manager.save(&session).await.unwrap().set_cookie(), None);
        });
    });
    assert_eq!(counters.value("dewar_session_events_total", "best_effort_skipped"), 1);
}
