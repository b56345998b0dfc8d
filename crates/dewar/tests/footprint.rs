//! What the memory store takes beside keys and payloads: a binary of its own, for the allocator that counts.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests: what fails here fails the test")]

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use allocation_counter::measure;
use dewar::clock::UnixTime;
use dewar::store::{Entry, Memory, Store, StoreKey, Write};

const NOW: UnixTime = UnixTime::from_seconds(1_800_000_000);
const ENTRIES: u32 = 100_000;
const PAYLOAD: usize = 200;

fn done<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the memory store waits for nothing"),
    }
}

/// As many characters as a session id of 256 bits behind Flask-Session's prefix.
fn key(number: u32) -> StoreKey {
    StoreKey::new(format!("session:{number:043}"))
}

fn fill(memory: &Memory, owner: impl Fn(u32) -> Option<String>) -> u64 {
    let info = measure(|| {
        for number in 0..ENTRIES {
            let life = Duration::from_secs(u64::from(number) * 7_919 % 2_678_400);
            let mut entry = Entry::new(vec![7; PAYLOAD], Some(NOW.plus(life)));
            entry.owner = owner(number);
            drop(done(memory.write(Write::create(&key(number), &entry), NOW)).unwrap());
        }
    });
    u64::try_from(info.bytes_current).unwrap()
}

#[test]
fn an_entry_takes_at_most_120_bytes_beside_its_key_and_payload() {
    let memory = Memory::new();
    let bytes = fill(&memory, |_| None) / u64::from(ENTRIES) - 51 - PAYLOAD as u64;
    println!("{bytes} bytes beside key and payload");
    assert!(bytes <= 120, "{bytes} bytes");
}

#[test]
fn the_budget_counts_what_is_taken() {
    for owner in [|_| None, |number: u32| Some(format!("user {}", number))] {
        let memory = Memory::new();
        let taken = fill(&memory, owner);
        let loads =
            measure(|| (0..ENTRIES).for_each(|number| drop(done(memory.load(&key(number), None, NOW)))));
        let taken = taken + u64::try_from(loads.bytes_current).unwrap();
        let counted = memory.bytes_used() as u64;
        println!("taken {taken}, counted {counted}, {} besides per entry", taken / u64::from(ENTRIES) - 251);
        assert!(taken <= counted && counted <= taken + taken / 5, "taken {taken}, counted {counted}");
    }
}
