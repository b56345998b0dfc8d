use std::thread;

use super::*;
use crate::{Trim, WriteOutcome};

fn number(payload: &[u8]) -> u64 {
    std::str::from_utf8(payload).unwrap().parse().unwrap()
}

#[test]
fn increments_by_threads_are_not_lost() {
    let (memory, key) = (Memory::new(), key("counter"));
    create(&memory, &key, &Entry::new("0", None));
    let increment = || {
        loop {
            let stored = memory.load_now(&key, None, NOW).unwrap();
            let next = Entry::new((number(&stored.payload) + 1).to_string(), None);
            if matches!(memory.swap_now(&key, &stored.revision, &next, NOW), Ok(WriteOutcome::Saved(_))) {
                break;
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..2000).for_each(|_| increment()));
        }
    });
    assert_eq!(number(&memory.load_now(&key, None, NOW).unwrap().payload), 16_000);
}

#[test]
fn renames_to_and_fro_neither_wait_for_each_other_nor_lose_an_entry() {
    let memory = Memory::new();
    for runner in 0..8 {
        create(&memory, &key(runner), &owned("all", 10, HOUR));
    }
    let run = |runner: u64| {
        let mut at = key(runner);
        for round in 0..2000 {
            let seen = memory.load_now(&at, None, NOW).unwrap().revision;
            let to = key(format!("{runner} in {round}"));
            let answer = memory.rename_now(&at, &to, &seen, &owned("all", 10, HOUR), None, NOW);
            assert!(matches!(answer, Ok(WriteOutcome::Saved(_))));
            at = to;
        }
    };
    let run = &run;
    thread::scope(|scope| {
        for runner in 0..8 {
            scope.spawn(move || run(runner));
        }
        for _ in 0..200 {
            assert_eq!(memory.living("all", NOW).len(), 8, "an entry on the move is missed");
        }
    });
    let living = memory.living("all", NOW);
    assert_eq!(living.len(), 8);
    for (runner, (_, key, _)) in living.iter().enumerate() {
        assert_eq!(key.as_str(), format!("{runner} in 1999"), "the places are kept");
    }
}

#[test]
fn logins_at_once_leave_at_most() {
    let memory = Memory::new();
    let log_in = |login: u64| {
        create(&memory, &key(login), &owned("user", 10, HOUR));
        let trimmed = poll_once(crate::Owners::trim(&memory, "user", 3, Trim::Oldest, NOW));
        trimmed.unwrap().len()
    };
    let log_in = &log_in;
    let trimmed: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                scope.spawn(move || (0..200).map(|login| log_in(thread * 1000 + login)).sum::<usize>())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!((memory.living("user", NOW).len(), trimmed), (3, 1597));
}

#[test]
fn threads_at_a_full_budget_stay_within_it() {
    let memory = Memory::with_budget(200_000);
    thread::scope(|scope| {
        for thread in 0..4 {
            let memory = &memory;
            scope.spawn(move || {
                for number in 0..5000 {
                    create(memory, &key(format!("{thread}.{number}")), &entry(number % 500, HOUR));
                    assert!(memory.bytes_used() <= 200_000);
                }
            });
        }
    });
    assert!(memory.entries() > 100);
}

fn poll_once<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}
