use std::error::Error as _;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use dewar_core::{Memory, Store, StoreError, StoreErrorKind, Stored, Touch, Write, waiting};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{
    Act, Guard, GuardOptions, NOW, Scripted, guard, key, kind, millis, put, unguarded_by_breaker, unique,
};

#[tokio::test(start_paused = true)]
async fn a_dead_engine_costs_a_deadline_and_is_not_asked_twice() {
    let store = Arc::new(Scripted::new(&[], Act::Hang));
    let start = Instant::now();
    let answer = guard(&store, GuardOptions::default()).load(&key("a"), None, NOW).await;
    assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
    assert_eq!((start.elapsed(), store.calls()), (millis(250), 1));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_holds_for_both_tries_together() {
    let store = Arc::new(Scripted::new(&[Act::BreakAfter(millis(100))], Act::Hang));
    let start = Instant::now();
    let answer = guard(&store, GuardOptions::default()).load(&key("a"), None, NOW).await;
    assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
    assert_eq!((start.elapsed(), store.calls()), (millis(250), 2));
}

/// Loads through a guard, on a runtime without time, where a timer panics.
fn load_without_timers(timeout: Duration) -> Result<Option<Stored>, StoreError> {
    let store = Arc::new(Scripted::default().with_timeout(timeout));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async { guard(&store, GuardOptions::default()).load(&key("a"), None, NOW).await })
}

#[test]
fn a_store_that_gives_up_in_time_needs_no_timer() {
    assert_eq!(load_without_timers(millis(250)).unwrap(), None);
}

#[test]
#[should_panic(expected = "timers are disabled")]
fn a_store_that_gives_up_too_late_needs_a_timer() {
    _ = load_without_timers(millis(251));
}

/// The second attempt begins too late for the store to end it in time.
#[tokio::test(start_paused = true)]
async fn the_deadline_holds_for_a_retry_of_a_store_that_gives_up() {
    let store = Scripted::new(&[Act::BreakAfter(millis(100))], Act::Hang);
    let store = Arc::new(store.with_timeout(millis(200)));
    let start = Instant::now();
    let answer = guard(&store, GuardOptions::default()).load(&key("a"), None, NOW).await;
    assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
    assert_eq!((start.elapsed(), store.calls()), (millis(250), 2));
}

#[tokio::test(start_paused = true)]
async fn the_calls_of_a_request_share_a_deadline() {
    let slow = Act::AnswerAfter(millis(150));
    let store = Arc::new(Scripted::new(&[slow], Act::Hang));
    let guard = guard(&store, unguarded_by_breaker());
    let load = async || guard.load(&key("a"), None, NOW).await.map_err(|error| error.kind());
    let three = async || (load().await, load().await, load().await);
    let start = Instant::now();
    let (answers, waited) = waiting::counted(Duration::ZERO, pin!(three())).await;
    // The second has what is left. Then nothing is.
    assert_eq!(answers, (Ok(None), Err(StoreErrorKind::NoAnswer), Err(StoreErrorKind::NotSent)));
    assert_eq!((start.elapsed(), waited, store.calls()), (millis(250), millis(250), 2));
    let start = Instant::now();
    let (_, waited) = waiting::counted(millis(100), pin!(load())).await;
    assert_eq!((start.elapsed(), waited), (millis(150), millis(250)), "the request has waited before");
    assert_eq!(waiting::waited(), None, "nobody counts");
}

#[tokio::test(start_paused = true)]
async fn the_first_call_of_a_request_leaves_a_tenth_for_the_others() {
    let store = Arc::new(Scripted::new(&[Act::Hang], Act::AnswerAfter(millis(24))));
    let guard = guard(&store, unguarded_by_breaker());
    let load = async || guard.load(&key("a"), None, NOW).await.is_ok();
    let two = async || (load().await, load().await);
    assert_eq!(waiting::counted(Duration::ZERO, pin!(two())).await, ((false, true), millis(225 + 24)));
}

/// An engine that stalls for a moment leaves many requests with little time to write in, which it may be too slow for although it is well again.
#[tokio::test(start_paused = true)]
async fn a_call_that_its_request_left_no_time_for_says_nothing_of_the_engine() {
    let store = Arc::new(Scripted::new(&[], Act::AnswerAfter(millis(40))));
    let guard = guard(&store, GuardOptions::default());
    let load = async || guard.load(&key("a"), None, NOW).await;
    for (left, kind, message) in [
        (
            20,
            StoreErrorKind::NoAnswer,
            "no answer within the 20 ms that the request had left of its deadline",
        ),
        (0, StoreErrorKind::NotSent, "the earlier calls of the request have used up its deadline"),
    ] {
        for _ in 0..20 {
            let (late, _) = waiting::counted(millis(250 - left), pin!(load())).await;
            let why = late.unwrap_err();
            assert_eq!(why.kind(), kind);
            assert_eq!(why.source().unwrap().to_string(), message);
        }
    }
    load().await.unwrap();
    store.play(&[], Act::Hang);
    // These had enough time.
    for _ in 0..5 {
        let (late, _) = waiting::counted(millis(100), pin!(load())).await;
        assert_eq!(kind(late), StoreErrorKind::NoAnswer);
    }
    assert_eq!(kind(load().await), StoreErrorKind::NotSent, "the breaker is open");
}

#[tokio::test(start_paused = true)]
async fn a_call_with_a_deadline_of_its_own_takes_no_time_from_the_others() {
    let store = Arc::new(Scripted::new(&[Act::AnswerAfter(millis(300))], Act::AnswerAfter(millis(200))));
    let guard = guard(&store, GuardOptions::default());
    let calls = async {
        guard.sweeper().unwrap().sweep("", 9, NOW).await.unwrap();
        guard.load(&key("a"), None, NOW).await.unwrap();
    };
    assert_eq!(waiting::counted(Duration::ZERO, pin!(calls)).await, ((), millis(200)));
}

#[tokio::test(start_paused = true)]
async fn calls_at_the_same_time_and_within_another_guard_count_once() {
    let store = Arc::new(Scripted::new(&[], Act::AnswerAfter(millis(60))));
    let outer = Guard::new(Arc::new(guard(&store, GuardOptions::default())), GuardOptions::default());
    let (a, b) = (key("a"), key("b"));
    let calls = async {
        outer.load(&a, None, NOW).await.unwrap();
        let (one, other) = tokio::join!(outer.load(&a, None, NOW), outer.load(&b, None, NOW));
        (one.unwrap(), other.unwrap())
    };
    assert_eq!(waiting::counted(Duration::ZERO, pin!(calls)).await.1, millis(120));
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_came_late_is_final() {
    let store = Arc::new(Scripted::new(&[Act::BreakAfter(millis(180))], Act::Answer));
    let start = Instant::now();
    let answer = guard(&store, GuardOptions::default()).load(&key("a"), None, NOW).await;
    assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
    assert_eq!((start.elapsed(), store.calls()), (millis(180), 1));
}

#[tokio::test(start_paused = true)]
async fn a_healthy_engine_is_asked_once_and_not_waited_for() {
    let store = Arc::new(Scripted::default());
    let guard = guard(&store, GuardOptions::default());
    let (a, b) = (key("a"), key("b"));
    let start = Instant::now();
    let seen = put(&store, &a, "1").await;
    let touch = Touch { expires: NOW.plus(millis(9)), if_before: NOW };
    guard.load(&a, Some(touch), NOW).await.unwrap().unwrap();
    let _ = guard.write(Write::create(&a, &unique("2")), NOW).await.unwrap();
    let _ = guard.write(Write::swap(&a, &seen, &unique("3")), NOW).await.unwrap();
    let _ = guard.write(Write::rename(&a, &b, &seen, &unique("4"), None), NOW).await.unwrap();
    guard.touch(&a, NOW.plus(millis(9)), NOW).await.unwrap();
    let _ = guard.write(Write::remove(&a, None), NOW).await.unwrap();
    guard.sweeper().unwrap().sweep("", 9, NOW).await.unwrap();
    assert_eq!((start.elapsed(), store.calls()), (millis(0), 7));
}

#[tokio::test(start_paused = true)]
async fn a_slow_engine_is_waited_for_within_the_deadline() {
    let store = Arc::new(Scripted::new(&[], Act::AnswerAfter(millis(249))));
    assert_eq!(guard(&store, GuardOptions::default()).load(&key("a"), None, NOW).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn a_sweep_has_five_seconds_and_one_try() {
    let store = Arc::new(Scripted::new(&[Act::AnswerAfter(millis(4999)), Act::Break], Act::Hang));
    let guard = guard(&store, GuardOptions::default());
    let sweeper = guard.sweeper().unwrap();
    assert_eq!(sweeper.sweep("", 9, NOW).await.unwrap(), 0);
    assert_eq!(kind(sweeper.sweep("", 9, NOW).await), StoreErrorKind::NoAnswer);
    let start = Instant::now();
    assert_eq!(kind(sweeper.sweep("", 9, NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!((start.elapsed(), store.calls()), (millis(5000), 3));
}

#[test]
fn a_guard_has_the_capabilities_of_its_store() {
    let guard = Guard::new(Arc::new(Memory::new()), GuardOptions::default());
    let can = (guard.sweeper().is_some(), guard.lister().is_some(), guard.owners().is_some());
    let memory = Memory::new();
    assert_eq!(can, (memory.sweeper().is_some(), memory.lister().is_some(), memory.owners().is_some()));
}

#[tokio::test(start_paused = true)]
async fn calls_above_the_concurrency_limit_wait_half_a_deadline() {
    let store = Arc::new(Scripted::new(&[], Act::Hang));
    let guard = Arc::new(guard(&store, GuardOptions { max_concurrent_calls: 4, ..unguarded_by_breaker() }));
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let guard = Arc::clone(&guard);
        calls.spawn(async move { (kind(guard.load(&key("a"), None, NOW).await), start.elapsed()) });
    }
    let ended = calls.join_all().await;
    let rejected: Vec<_> = ended.iter().filter(|end| end.0 == StoreErrorKind::NotSent).collect();
    assert_eq!((rejected.len(), store.calls(), store.most()), (6, 4, 4));
    assert!(rejected.iter().all(|end| end.1 == millis(125)));
}

#[tokio::test(start_paused = true)]
async fn a_permit_that_is_given_back_is_taken_at_once() {
    let store = Arc::new(Scripted::new(&[], Act::AnswerAfter(millis(50))));
    let guard = Arc::new(guard(&store, GuardOptions { max_concurrent_calls: 4, ..unguarded_by_breaker() }));
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..12 {
        let guard = Arc::clone(&guard);
        calls.spawn(async move { guard.load(&key("a"), None, NOW).await.is_ok() });
    }
    assert!(calls.join_all().await.into_iter().all(|is_ok| is_ok));
    assert_eq!((start.elapsed(), store.most()), (millis(150), 4));
}
