use std::sync::Arc;

use dewar_core::{Store, StoreErrorKind, Write, WriteOutcome};
use tokio::time::{Instant, sleep};

use super::{
    Act, GuardOptions, NOW, Scripted, entry, guard, key, kind, millis, put, stored, unguarded_by_breaker,
    unique,
};

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_tried_again_after_10_to_50_milliseconds() {
    for _ in 0..50 {
        let store = Arc::new(Scripted::new(&[Act::Break], Act::Answer));
        let start = Instant::now();
        assert_eq!(guard(&store, GuardOptions::default()).load(&key("a"), None, NOW).await.unwrap(), None);
        // The timer rounds up to whole milliseconds.
        assert!((millis(10)..=millis(51)).contains(&start.elapsed()), "{:?}", start.elapsed());
        assert_eq!(store.calls(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn every_call_that_was_not_done_is_done_by_the_second_try() {
    let (a, b) = (key("a"), key("b"));
    let store = Arc::new(Scripted::default());
    let guard = guard(&store, unguarded_by_breaker());
    let broken = || store.play(&[Act::Break], Act::Answer);

    broken();
    let WriteOutcome::Saved(seen) = guard.write(Write::create(&a, &entry("1")), NOW).await.unwrap() else {
        panic!()
    };
    broken();
    let WriteOutcome::Saved(seen) = guard.write(Write::swap(&a, &seen, &unique("2")), NOW).await.unwrap()
    else {
        panic!()
    };
    broken();
    let renamed = guard
        .write(Write::rename(&a, &b, &seen, &unique("3"), Some(&unique("gone to b"))), NOW)
        .await
        .unwrap();
    assert!(matches!(renamed, WriteOutcome::Saved(_)));
    assert_eq!(stored(&store, &a).await.as_deref(), Some("gone to b"));
    broken();
    assert!(guard.touch(&b, NOW.plus(millis(9)), NOW).await.unwrap());
    broken();
    assert!(guard.load(&b, None, NOW).await.unwrap().is_some());
    broken();
    assert_eq!(guard.write(Write::remove(&b, None), NOW).await.unwrap(), WriteOutcome::Removed);
    assert_eq!((stored(&store, &b).await, store.calls()), (None, 12));
}

#[tokio::test(start_paused = true)]
async fn a_swap_whose_answer_was_lost_is_found_done() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Lose], Act::Answer)));
    let guard = guard(&store, GuardOptions::default());
    let seen = put(&store, &a, "1").await;
    let WriteOutcome::Saved(seen) = guard.write(Write::swap(&a, &seen, &unique("2")), NOW).await.unwrap()
    else {
        panic!()
    };
    assert_eq!((stored(&store, &a).await.as_deref(), store.calls()), (Some("2"), 2));
    assert!(matches!(
        guard.write(Write::swap(&a, &seen, &unique("3")), NOW).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
}

#[tokio::test(start_paused = true)]
async fn a_swap_that_finds_another_entry_the_second_time_is_unknown() {
    for (first, is_done) in [(Act::Lose, true), (Act::Break, false)] {
        let (a, store) = (key("a"), Arc::new(Scripted::new(&[first], Act::Answer)));
        let guard = guard(&store, GuardOptions::default());
        let seen = put(&store, &a, "1").await;
        let entry = unique("2");
        let (answer, ()) = tokio::join!(guard.write(Write::swap(&a, &seen, &entry), NOW), async {
            sleep(millis(5)).await;
            assert_eq!(stored(&store, &a).await.as_deref() == Some("2"), is_done);
            let _ = store.memory.write(Write::remove(&a, None), NOW).await.unwrap();
            put(&store, &a, "another's").await;
        });
        assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
        assert_eq!((stored(&store, &a).await.as_deref(), store.calls()), (Some("another's"), 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_at_the_first_try_is_a_conflict() {
    let (a, store) = (key("a"), Arc::new(Scripted::default()));
    let guard = guard(&store, GuardOptions::default());
    let seen = put(&store, &a, "1").await;
    let _ = store.memory.write(Write::swap(&a, &seen, &entry("2")), NOW).await.unwrap();
    // Even if it has the same bytes: another call stored it.
    assert!(matches!(
        guard.write(Write::swap(&a, &seen, &unique("2")), NOW).await.unwrap(),
        WriteOutcome::Changed(_)
    ));
    assert_eq!(store.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_at_the_second_try_is_gone() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Break], Act::Answer)));
    let seen = put(&store, &a, "1").await;
    let _ = store.memory.write(Write::remove(&a, None), NOW).await.unwrap();
    let answer =
        guard(&store, GuardOptions::default()).write(Write::swap(&a, &seen, &unique("2")), NOW).await;
    assert_eq!(answer.unwrap(), WriteOutcome::Gone);
}

#[tokio::test(start_paused = true)]
async fn a_rename_whose_answer_was_lost_is_found_done() {
    let (a, b, store) = (key("a"), key("b"), Arc::new(Scripted::new(&[Act::Lose], Act::Answer)));
    let guard = guard(&store, GuardOptions::default());
    let seen = put(&store, &a, "1").await;
    let answer = guard
        .write(Write::rename(&a, &b, &seen, &entry("2"), Some(&unique("gone to b"))), NOW)
        .await
        .unwrap();
    let WriteOutcome::Saved(seen) = answer else { panic!("{answer:?}") };
    assert_eq!(store.calls(), 3, "the rename twice, and a look under the new key");
    assert!(matches!(
        guard.write(Write::swap(&b, &seen, &unique("3")), NOW).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
}

#[tokio::test(start_paused = true)]
async fn a_rename_that_was_done_is_unknown_if_the_new_key_does_not_answer() {
    let (a, b) = (key("a"), key("b"));
    let store = Arc::new(Scripted::new(&[Act::Lose, Act::Answer], Act::Hang));
    let seen = put(&store, &a, "1").await;
    let start = Instant::now();
    let guard = guard(&store, GuardOptions::default());
    let answer = guard.write(Write::rename(&a, &b, &seen, &entry("2"), Some(&unique("gone"))), NOW).await;
    assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
    assert_eq!((start.elapsed(), store.calls()), (millis(250), 3));
}

#[tokio::test(start_paused = true)]
async fn a_rename_meets_another_tombstone_the_second_time() {
    let (a, b, store) = (key("a"), key("b"), Arc::new(Scripted::new(&[Act::Break], Act::Answer)));
    let seen = put(&store, &a, "1").await;
    let _ = store.memory.write(Write::remove(&a, Some(&entry("logged out"))), NOW).await.unwrap();
    let guard = guard(&store, GuardOptions::default());
    let answer = guard
        .write(Write::rename(&a, &b, &seen, &entry("2"), Some(&unique("gone to b"))), NOW)
        .await
        .unwrap();
    let WriteOutcome::Changed(found) = answer else { panic!("{answer:?}") };
    assert_eq!((found.payload.as_ref(), stored(&store, &b).await), (&b"logged out"[..], None));
}

/// With `Taken` the caller would use another key, and this entry would be a session that no client has.
#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_was_lost_is_found_done() {
    for entry in [unique("1"), entry("1")] {
        let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Lose], Act::Answer)));
        let guard = guard(&store, GuardOptions::default());
        let WriteOutcome::Saved(seen) = guard.write(Write::create(&a, &entry), NOW).await.unwrap() else {
            panic!()
        };
        assert_eq!(store.calls(), 3, "the create twice, and a look");
        assert!(matches!(
            guard.write(Write::swap(&a, &seen, &unique("2")), NOW).await.unwrap(),
            WriteOutcome::Saved(_)
        ));
    }
}

#[tokio::test(start_paused = true)]
async fn a_create_that_finds_another_entry_the_second_time_finds_the_key_taken() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Break], Act::Answer)));
    put(&store, &a, "another's").await;
    let answer = guard(&store, GuardOptions::default()).write(Write::create(&a, &unique("1")), NOW).await;
    assert_eq!(answer.unwrap(), WriteOutcome::Taken);
    assert_eq!(stored(&store, &a).await.as_deref(), Some("another's"));
}

#[tokio::test(start_paused = true)]
async fn a_create_that_finds_the_key_taken_is_unknown_if_the_look_is_not_answered() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Lose, Act::Answer], Act::Hang)));
    let answer = guard(&store, GuardOptions::default()).write(Write::create(&a, &unique("1")), NOW).await;
    assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
}

/// The new entry is stored, so the caller must not continue with what is now under the old key.
#[tokio::test(start_paused = true)]
async fn a_rename_whose_answer_was_lost_is_found_done_whatever_is_under_the_old_key_by_now() {
    for tombstone in [None, Some(entry("logged out"))] {
        let (a, b, store) = (key("a"), key("b"), Arc::new(Scripted::new(&[Act::Lose], Act::Answer)));
        let guard = guard(&store, GuardOptions::default());
        let seen = put(&store, &a, "1").await;
        let (entry, gone) = (unique("2"), unique("gone to b"));
        let (answer, ()) =
            tokio::join!(guard.write(Write::rename(&a, &b, &seen, &entry, Some(&gone)), NOW), async {
                sleep(millis(5)).await;
                let _ = store.memory.write(Write::remove(&a, tombstone.as_ref()), NOW).await.unwrap();
            });
        assert!(matches!(answer.unwrap(), WriteOutcome::Saved(_)), "{tombstone:?}");
        assert_eq!(stored(&store, &b).await.as_deref(), Some("2"));
    }
}

/// This includes writes that are not retried after a lost answer: an engine that is unavailable has done nothing.
#[tokio::test(start_paused = true)]
async fn every_call_that_an_engine_was_unable_to_serve_is_retried() {
    let (a, b) = (key("a"), key("b"));
    let store = Arc::new(Scripted::default());
    let guard = guard(&store, unguarded_by_breaker());
    let declined = || store.play(&[Act::Decline], Act::Answer);

    declined();
    let WriteOutcome::Saved(seen) = guard.write(Write::create(&a, &entry("1")), NOW).await.unwrap() else {
        panic!()
    };
    declined();
    let WriteOutcome::Saved(seen) = guard.write(Write::swap(&a, &seen, &entry("2")), NOW).await.unwrap()
    else {
        panic!()
    };
    declined();
    assert!(matches!(
        guard.write(Write::rename(&a, &b, &seen, &entry("3"), None), NOW).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
    declined();
    assert_eq!(guard.sweeper().unwrap().sweep("", 9, NOW).await.unwrap(), 0);
    assert_eq!((stored(&store, &b).await.as_deref(), store.calls()), (Some("3"), 8));
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_stays_unable_is_reported_so_unless_a_try_may_have_been_done() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[], Act::Decline)));
    let guard = guard(&store, unguarded_by_breaker());
    let seen = put(&store, &a, "1").await;
    assert_eq!(
        kind(guard.write(Write::swap(&a, &seen, &unique("2")), NOW).await),
        StoreErrorKind::Unavailable
    );
    store.play(&[Act::Lose, Act::Decline], Act::Answer);
    assert_eq!(kind(guard.write(Write::swap(&a, &seen, &unique("2")), NOW).await), StoreErrorKind::NoAnswer);
    store.play(&[Act::Decline, Act::Lose], Act::Answer);
    let found = store.memory.load(&a, None, NOW).await.unwrap().unwrap();
    assert_eq!(
        kind(guard.write(Write::swap(&a, &found.revision, &entry("3")), NOW).await),
        StoreErrorKind::NoAnswer
    );
    assert_eq!(store.calls(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_is_not_repeatable_is_not_sent_twice() {
    let (a, b, store) = (key("a"), key("b"), Arc::new(Scripted::new(&[], Act::Break)));
    let guard = guard(&store, unguarded_by_breaker());
    let seen = put(&store, &a, "1").await;
    assert_eq!(kind(guard.write(Write::swap(&a, &seen, &entry("2")), NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!(store.calls(), 1);
    for tombstone in [None, Some(&entry("gone"))] {
        let before = store.calls();
        let answer = guard.write(Write::rename(&a, &b, &seen, &unique("2"), tombstone), NOW).await;
        assert_eq!((kind(answer), store.calls() - before), (StoreErrorKind::NoAnswer, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_but_not_after_a_try_that_may_have_been_done() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Refuse], Act::Answer)));
    let guard = guard(&store, GuardOptions::default());
    assert_eq!(kind(guard.write(Write::create(&a, &entry("1")), NOW).await), StoreErrorKind::Refused);
    assert_eq!(store.calls(), 1);
    store.play(&[Act::Lose, Act::Refuse], Act::Answer);
    assert_eq!(kind(guard.write(Write::create(&a, &entry("1")), NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!((store.calls(), stored(&store, &a).await.as_deref()), (3, Some("1")));
}

#[tokio::test(start_paused = true)]
async fn without_retry_there_is_none() {
    let store = Arc::new(Scripted::new(&[Act::Break], Act::Answer));
    let guard = guard(&store, GuardOptions { retry: false, ..GuardOptions::default() });
    assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!(store.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_a_thousand_calls_a_hundred_and_ten_are_retried() {
    let store = Arc::new(Scripted::new(&[], Act::Break));
    let guard = guard(&store, unguarded_by_breaker());
    for _ in 0..1000 {
        assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::NoAnswer);
    }
    assert!((1100..=1110).contains(&store.calls()), "{}", store.calls());
}
