use std::sync::Arc;

use dewar::store::{Created, Renamed, Store, StoreErrorKind, Swapped};
use tokio::time::{Instant, sleep};

use super::{
    Act, NOW, Patience, Scripted, entry, guard, kept, key, kind, millis, put, unguarded_by_breaker, unique,
};

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_tried_again_after_10_to_50_milliseconds() {
    for _ in 0..50 {
        let store = Arc::new(Scripted::new(&[Act::Break], Act::Answer));
        let start = Instant::now();
        assert_eq!(guard(&store, Patience::default()).load(&key("a"), None, NOW).await.unwrap(), None);
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
    let Created::Created(seen) = guard.create(&a, &entry("1"), NOW).await.unwrap() else { panic!() };
    broken();
    let Swapped::Swapped(seen) = guard.swap(&a, &seen, &unique("2"), NOW).await.unwrap() else { panic!() };
    broken();
    let renamed = guard.rename(&a, &b, &seen, &unique("3"), Some(&unique("gone to b")), NOW).await.unwrap();
    assert!(matches!(renamed, Renamed::Renamed(_)));
    assert_eq!(kept(&store, &a).await.as_deref(), Some("gone to b"));
    broken();
    assert!(guard.touch(&b, NOW.plus(millis(9)), NOW).await.unwrap());
    broken();
    assert!(guard.load(&b, None, NOW).await.unwrap().is_some());
    broken();
    assert!(guard.remove(&b, None, NOW).await.unwrap());
    assert_eq!((kept(&store, &b).await, store.calls()), (None, 12));
}

#[tokio::test(start_paused = true)]
async fn a_swap_whose_answer_was_lost_is_found_done() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Lose], Act::Answer)));
    let guard = guard(&store, Patience::default());
    let seen = put(&store, &a, "1").await;
    let Swapped::Swapped(seen) = guard.swap(&a, &seen, &unique("2"), NOW).await.unwrap() else { panic!() };
    assert_eq!((kept(&store, &a).await.as_deref(), store.calls()), (Some("2"), 2));
    assert!(matches!(guard.swap(&a, &seen, &unique("3"), NOW).await.unwrap(), Swapped::Swapped(_)));
}

#[tokio::test(start_paused = true)]
async fn a_swap_that_finds_anothers_entry_the_second_time_admits_that_it_does_not_know() {
    for (first, is_done) in [(Act::Lose, true), (Act::Break, false)] {
        let (a, store) = (key("a"), Arc::new(Scripted::new(&[first], Act::Answer)));
        let guard = guard(&store, Patience::default());
        let seen = put(&store, &a, "1").await;
        let entry = unique("2");
        let (answer, ()) = tokio::join!(guard.swap(&a, &seen, &entry, NOW), async {
            sleep(millis(5)).await;
            assert_eq!(kept(&store, &a).await.as_deref() == Some("2"), is_done);
            store.memory.remove(&a, None, NOW).await.unwrap();
            put(&store, &a, "another's").await;
        });
        assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
        assert_eq!((kept(&store, &a).await.as_deref(), store.calls()), (Some("another's"), 2));
    }
}

#[tokio::test(start_paused = true)]
async fn a_conflict_at_the_first_try_is_a_conflict() {
    let (a, store) = (key("a"), Arc::new(Scripted::default()));
    let guard = guard(&store, Patience::default());
    let seen = put(&store, &a, "1").await;
    let _ = store.memory.swap(&a, &seen, &entry("2"), NOW).await.unwrap();
    // Even if it carries the same bytes: this was not us.
    assert!(matches!(guard.swap(&a, &seen, &unique("2"), NOW).await.unwrap(), Swapped::Changed(_)));
    assert_eq!(store.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_at_the_second_try_is_gone() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Break], Act::Answer)));
    let seen = put(&store, &a, "1").await;
    store.memory.remove(&a, None, NOW).await.unwrap();
    let answer = guard(&store, Patience::default()).swap(&a, &seen, &unique("2"), NOW).await;
    assert_eq!(answer.unwrap(), Swapped::Gone);
}

#[tokio::test(start_paused = true)]
async fn a_rename_whose_answer_was_lost_is_found_done() {
    let (a, b, store) = (key("a"), key("b"), Arc::new(Scripted::new(&[Act::Lose], Act::Answer)));
    let guard = guard(&store, Patience::default());
    let seen = put(&store, &a, "1").await;
    let answer = guard.rename(&a, &b, &seen, &entry("2"), Some(&unique("gone to b")), NOW).await.unwrap();
    let Renamed::Renamed(seen) = answer else { panic!("{answer:?}") };
    assert_eq!(store.calls(), 3, "the rename twice, and a look under the new key");
    assert!(matches!(guard.swap(&b, &seen, &unique("3"), NOW).await.unwrap(), Swapped::Swapped(_)));
}

#[tokio::test(start_paused = true)]
async fn a_rename_that_was_done_is_unknown_if_the_new_key_does_not_answer() {
    let (a, b) = (key("a"), key("b"));
    let store = Arc::new(Scripted::new(&[Act::Lose, Act::Answer], Act::Hang));
    let seen = put(&store, &a, "1").await;
    let start = Instant::now();
    let guard = guard(&store, Patience::default());
    let answer = guard.rename(&a, &b, &seen, &entry("2"), Some(&unique("gone")), NOW).await;
    assert_eq!(kind(answer), StoreErrorKind::NoAnswer);
    assert_eq!((start.elapsed(), store.calls()), (millis(250), 3));
}

#[tokio::test(start_paused = true)]
async fn a_rename_meets_another_tombstone_the_second_time() {
    let (a, b, store) = (key("a"), key("b"), Arc::new(Scripted::new(&[Act::Break], Act::Answer)));
    let seen = put(&store, &a, "1").await;
    store.memory.remove(&a, Some(&entry("logged out")), NOW).await.unwrap();
    let guard = guard(&store, Patience::default());
    let answer = guard.rename(&a, &b, &seen, &entry("2"), Some(&unique("gone to b")), NOW).await.unwrap();
    let Renamed::Changed(found) = answer else { panic!("{answer:?}") };
    assert_eq!((found.payload.as_ref(), kept(&store, &b).await), (&b"logged out"[..], None));
}

#[tokio::test(start_paused = true)]
async fn a_create_whose_answer_was_lost_finds_the_key_taken() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Lose], Act::Answer)));
    let answer = guard(&store, Patience::default()).create(&a, &unique("1"), NOW).await;
    assert_eq!(answer.unwrap(), Created::AlreadyThere);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_told_apart_is_not_sent_twice() {
    let (a, b, store) = (key("a"), key("b"), Arc::new(Scripted::new(&[], Act::Break)));
    let guard = guard(&store, unguarded_by_breaker());
    let seen = put(&store, &a, "1").await;
    assert_eq!(kind(guard.swap(&a, &seen, &entry("2"), NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!(store.calls(), 1);
    for tombstone in [None, Some(&entry("gone"))] {
        let before = store.calls();
        let answer = guard.rename(&a, &b, &seen, &unique("2"), tombstone, NOW).await;
        assert_eq!((kind(answer), store.calls() - before), (StoreErrorKind::NoAnswer, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_but_not_after_a_try_that_may_have_been_done() {
    let (a, store) = (key("a"), Arc::new(Scripted::new(&[Act::Refuse], Act::Answer)));
    let guard = guard(&store, Patience::default());
    assert_eq!(kind(guard.create(&a, &entry("1"), NOW).await), StoreErrorKind::Refused);
    assert_eq!(store.calls(), 1);
    store.play(&[Act::Lose, Act::Refuse], Act::Answer);
    assert_eq!(kind(guard.create(&a, &entry("1"), NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!((store.calls(), kept(&store, &a).await.as_deref()), (3, Some("1")));
}

#[tokio::test(start_paused = true)]
async fn without_retry_there_is_none() {
    let store = Arc::new(Scripted::new(&[Act::Break], Act::Answer));
    let guard = guard(&store, Patience { retry: false, ..Patience::default() });
    assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::NoAnswer);
    assert_eq!(store.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_a_thousand_calls_a_hundred_and_ten_are_tried_again() {
    let store = Arc::new(Scripted::new(&[], Act::Break));
    let guard = guard(&store, unguarded_by_breaker());
    for _ in 0..1000 {
        assert_eq!(kind(guard.load(&key("a"), None, NOW).await), StoreErrorKind::NoAnswer);
    }
    assert!((1100..=1110).contains(&store.calls()), "{}", store.calls());
}
