use std::sync::Arc;
use std::time::Duration;

use dewar_core::{Store, StoreErrorKind};
use tokio::task::JoinSet;
use tokio::time::{Instant, advance};

use super::super::BreakerOptions;
use super::{Act, Guard, GuardOptions, NOW, Scripted, guard, key, kind, millis};

/// A guard whose breaker has just opened.
async fn with_open_breaker(store: &Arc<Scripted>) -> Arc<Guard> {
    let guard = guard(store, GuardOptions { retry: false, ..GuardOptions::default() });
    store.play(&[Act::Break; 5], Act::Break);
    for _ in 0..5 {
        assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::NoAnswer);
    }
    Arc::new(guard)
}

/// Makes concurrent calls. Returns how many succeeded, and how many were not sent.
async fn concurrent_calls(guard: &Arc<Guard>, how_many: usize) -> (usize, usize) {
    let mut calls = JoinSet::new();
    for _ in 0..how_many {
        let guard = Arc::clone(guard);
        calls.spawn(async move { guard.load(&key("a"), None, NOW).await.map_err(|error| error.kind()) });
    }
    let ended = calls.join_all().await;
    let not_asked = ended.iter().filter(|end| **end == Err(StoreErrorKind::NotSent)).count();
    (ended.iter().filter(|end| end.is_ok()).count(), not_asked)
}

#[tokio::test(start_paused = true)]
async fn while_the_breaker_is_open_the_engine_is_not_asked_and_no_call_waits() {
    let store = Arc::new(Scripted::default());
    let guard = with_open_breaker(&store).await;
    let start = Instant::now();
    assert_eq!(concurrent_calls(&guard, 1000).await, (0, 1000));
    assert_eq!((start.elapsed(), store.calls()), (millis(0), 5));
}

#[tokio::test(start_paused = true)]
async fn one_of_a_thousand_probes_and_the_others_do_not_wait_for_it() {
    let store = Arc::new(Scripted::default());
    let guard = with_open_breaker(&store).await;
    store.play(&[], Act::Hang);
    advance(millis(250)).await;
    assert_eq!(concurrent_calls(&guard, 1000).await, (0, 999));
    assert_eq!((store.calls(), store.most()), (6, 1));
}

#[tokio::test(start_paused = true)]
async fn the_breaker_closes_after_two_good_probes() {
    let store = Arc::new(Scripted::default());
    let guard = with_open_breaker(&store).await;
    store.play(&[], Act::Answer);
    advance(millis(250)).await;
    assert_eq!(concurrent_calls(&guard, 1000).await, (1, 999));
    advance(millis(250)).await;
    assert_eq!(
        concurrent_calls(&guard, 1000).await,
        (1000, 0),
        "the first is the second probe, and it is good"
    );
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_dropped_blocks_no_other_call() {
    let store = Arc::new(Scripted::default());
    let guard = with_open_breaker(&store).await;
    store.play(&[Act::Hang], Act::Answer);
    advance(millis(250)).await;
    let (a, mut call) = (key("a"), None);
    let probe = call.insert(guard.load(&a, None, NOW));
    assert!(tokio::time::timeout(millis(10), probe).await.is_err());
    assert_eq!(concurrent_calls(&guard, 10).await, (0, 10), "the probe is still there");
    drop(call);
    assert_eq!(concurrent_calls(&guard, 10).await, (0, 10), "not sooner");
    advance(millis(240)).await;
    assert_eq!(concurrent_calls(&guard, 10).await, (1, 9));
    assert_eq!(store.most(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_that_probes_has_the_time_of_a_short_call() {
    let store = Arc::new(Scripted::default());
    let guard = with_open_breaker(&store).await;
    store.play(&[], Act::Hang);
    advance(millis(250)).await;
    let start = Instant::now();
    assert_eq!(kind(guard.sweeper().unwrap().sweep("", 9, NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!(start.elapsed(), millis(250));
}

#[tokio::test(start_paused = true)]
async fn refusals_do_not_open_the_breaker() {
    let store = Arc::new(Scripted::new(&[], Act::Refuse));
    let guard = guard(&store, GuardOptions::default());
    for _ in 0..100 {
        assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::Refused);
    }
    assert_eq!(store.calls(), 100);
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_is_unable_opens_the_breaker() {
    let store = Arc::new(Scripted::new(&[], Act::Decline));
    let guard = guard(&store, GuardOptions { retry: false, ..GuardOptions::default() });
    for _ in 0..5 {
        assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::Unavailable);
    }
    assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::NotSent);
    assert_eq!(store.calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_for_a_permit_when_the_breaker_opens_do_not_ask() {
    let store = Arc::new(Scripted::new(&[], Act::BreakAfter(millis(100))));
    let options = GuardOptions { max_concurrent_calls: 5, retry: false, ..GuardOptions::default() };
    let guard = Arc::new(guard(&store, options));
    assert_eq!(concurrent_calls(&guard, 100).await, (0, 95));
    assert_eq!(store.calls(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_dead_engine_sees_few_calls_of_many() {
    let store = Arc::new(Scripted::new(&[], Act::Break));
    let guard = Arc::new(guard(&store, GuardOptions::default()));
    for _ in 0..1000 {
        concurrent_calls(&guard, 1).await;
        advance(millis(1)).await;
    }
    assert!(store.calls() <= 5 + 4, "{} in a second", store.calls());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn threads_that_race_for_the_probe_get_one() {
    let store = Arc::new(Scripted::new(&[Act::Break; 5], Act::BreakAfter(millis(2))));
    let breaker = BreakerOptions { probe_interval: Duration::from_micros(1), ..BreakerOptions::default() };
    let options = GuardOptions { retry: false, breaker: Some(breaker), ..GuardOptions::default() };
    let guard = Arc::new(guard(&store, options));
    for _ in 0..5 {
        assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::NoAnswer);
    }
    for _ in 0..10 {
        concurrent_calls(&guard, 1000).await;
    }
    assert!(store.calls() > 5, "some call probed");
    assert_eq!(store.most(), 1);
}
