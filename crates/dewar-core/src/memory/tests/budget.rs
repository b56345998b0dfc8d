use super::*;
use crate::{StoreErrorKind, WriteOutcome};

#[test]
fn a_flood_of_visitors_logs_nobody_out() {
    let memory = Memory::with_budget(2 << 20);
    let users: Vec<_> = (0..100).map(|user| key(format!("user {user}"))).collect();
    for (user, key) in users.iter().enumerate() {
        // They expire before all the others.
        create(&memory, key, &owned(&user.to_string(), 200, HOUR));
    }
    for visitor in 0..100_000 {
        let key = key(visitor);
        create(&memory, &key, &entry(100, 2 * HOUR));
        assert!(memory.bytes_used() <= 2 << 20);
        assert!(is_there(&memory, &key));
    }
    assert!(users.iter().all(|key| is_there(&memory, key)));
    assert!(memory.entries() > 5000, "{memory:?}");
}

#[test]
fn what_is_over_goes_first() {
    let memory = Memory::with_budget(100_000);
    let living = key("living");
    create(&memory, &living, &entry(10, HOUR));
    for number in 0..300 {
        create(&memory, &key(number), &entry(100, Duration::ZERO));
    }
    let later = NOW.plus(Duration::from_secs(60));
    for number in 300..600 {
        let entry = Entry::new(vec![7; 100], Some(later.plus(2 * HOUR)));
        assert!(matches!(memory.create_now(&key(number), &entry, later), Ok(WriteOutcome::Saved(_))));
    }
    assert!(memory.load_now(&living, None, later).is_some());
    assert!((300..600).all(|number| memory.load_now(&key(number), None, later).is_some()));
}

#[test]
fn then_goes_what_ends_soonest() {
    let memory = Memory::with_budget(100_000);
    let (soon, late, never) = (key("soon"), key("late"), key("never"));
    create(&memory, &never, &Entry { expires: None, ..entry(10, HOUR) });
    create(&memory, &late, &entry(10, 100 * HOUR));
    create(&memory, &soon, &entry(10, HOUR));
    for number in 0..2000 {
        create(&memory, &key(number), &entry(100, 10 * HOUR));
    }
    assert!(!is_there(&memory, &soon) && is_there(&memory, &late) && is_there(&memory, &never));
}

#[test]
fn what_was_touched_is_not_the_soonest() {
    let memory = Memory::with_budget(100_000);
    let (touched, swapped) = (key("touched"), key("swapped"));
    create(&memory, &touched, &entry(10, HOUR));
    let seen = create(&memory, &swapped, &entry(10, HOUR));
    assert!(memory.touch_now(&touched, NOW.plus(50 * HOUR), NOW));
    assert!(matches!(
        memory.swap_now(&swapped, &seen, &entry(10, 50 * HOUR), NOW),
        Ok(WriteOutcome::Saved(_))
    ));
    for number in 0..2000 {
        create(&memory, &key(number), &entry(100, 10 * HOUR));
    }
    assert!(is_there(&memory, &touched) && is_there(&memory, &swapped));
}

#[test]
fn full_of_owned_entries_it_refuses_to_grow_but_not_to_shrink() {
    let memory = Memory::with_budget(10_000);
    let mut seen = Vec::new();
    let refused = loop {
        let number = seen.len();
        match memory.create_now(&key(number), &owned("somebody", 100, HOUR), NOW) {
            Ok(WriteOutcome::Saved(revision)) => seen.push(revision),
            other => break other,
        }
    };
    assert_eq!(refused.unwrap_err().kind(), StoreErrorKind::Refused);
    assert_eq!(memory.entries(), seen.len());
    let small = memory.create_now(&key("visitor"), &entry(400, HOUR), NOW);
    assert_eq!(small.unwrap_err().kind(), StoreErrorKind::Refused);
    let larger = memory.swap_now(&key(0), &seen[0], &owned("somebody", 1000, HOUR), NOW);
    assert_eq!(larger.unwrap_err().kind(), StoreErrorKind::Refused);
    assert!(is_there(&memory, &key(0)));
    let smaller = memory.swap_now(&key(0), &seen[0], &owned("somebody", 90, HOUR), NOW);
    assert!(matches!(smaller, Ok(WriteOutcome::Saved(_))));
    let moved = memory.rename_now(&key(1), &key("new"), &seen[1], &owned("somebody", 10, HOUR), None, NOW);
    assert!(matches!(moved, Ok(WriteOutcome::Saved(_))));
    assert_eq!(
        memory.remove_now(&key(2), Some(&entry(5000, HOUR)), NOW),
        WriteOutcome::Removed,
        "a logout is never refused"
    );
    assert_eq!(memory.load_now(&key(2), None, NOW).unwrap().payload.len(), 5000);
}

#[test]
fn what_never_fits_puts_nobody_out() {
    let memory = Memory::with_budget(10_000);
    create(&memory, &key(1), &entry(1000, HOUR));
    let refused = memory.create_now(&key(2), &entry(10_000, HOUR), NOW).unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Refused);
    assert!(is_there(&memory, &key(1)));
}

#[test]
fn the_accounts_end_at_zero() {
    let memory = Memory::with_budget(1 << 20);
    let first = create(&memory, &key(1), &owned("a", 10, HOUR));
    let Ok(WriteOutcome::Saved(second)) = memory.swap_now(&key(1), &first, &owned("another", 999, HOUR), NOW)
    else {
        panic!("not swapped")
    };
    let tombstone = entry(20, HOUR);
    let moved = memory.rename_now(&key(1), &key(2), &second, &entry(5, HOUR), Some(&tombstone), NOW);
    assert!(matches!(moved, Ok(WriteOutcome::Saved(_))));
    assert_eq!(memory.remove_now(&key(2), Some(&tombstone), NOW), WriteOutcome::Removed);
    assert!(memory.bytes_used() > 0);
    for number in [1, 2] {
        assert_eq!(memory.remove_now(&key(number), None, NOW), WriteOutcome::Removed);
    }
    assert_eq!((memory.bytes_used(), memory.entries()), (0, 0));
    assert!(memory.budget.could_have_room_for(1 << 20));
}
