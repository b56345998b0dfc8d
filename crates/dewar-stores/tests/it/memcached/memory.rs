//! Large sessions, and a server whose memory is full.

use dewar::store::{Store, StoreErrorKind, StoreKey, Write, WriteOutcome};
use dewar_servers::{Memcached as Server, MemcachedProgram};

use super::{created, entry, key, now, open, payload};

fn small(options: &[&str]) -> Server {
    let options = options.iter().map(ToString::to_string).collect();
    Server::start_with(MemcachedProgram { megabytes: 2, options }).unwrap()
}

/// Memcached itself would remove the previous session.
#[tokio::test]
async fn a_session_that_is_too_large_is_refused_and_the_previous_one_stays() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let (a, b) = (key("session:a"), key("session:b"));
    let seen = created(&store, &a, &entry("small")).await;
    let large = entry(vec![b'x'; 1 << 20]);
    for write in [
        Write::swap(&a, &seen, &large),
        Write::create(&a, &large),
        Write::rename(&a, &b, &seen, &large, None),
        Write::rename(&a, &b, &seen, &entry("x"), Some(&large)),
        Write::remove(&a, Some(&large)),
    ] {
        let error = store.write(write, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Refused, "{}", write.name());
        assert!(format!("{error:?}").contains("TooLarge"), "{error:?}");
    }
    assert_eq!(payload(&store, &a).await.unwrap(), b"small");
    assert_eq!(payload(&store, &b).await, None);
    let largest = entry(vec![b'x'; (1 << 20) - 200]);
    let answer = store.write(Write::swap(&a, &seen, &largest), now()).await.unwrap();
    assert!(matches!(answer, WriteOutcome::Saved(_)));
    assert_eq!(payload(&store, &a).await.unwrap(), largest.payload);
}

#[tokio::test]
async fn what_is_evicted_looks_expired_and_no_write_brings_it_back() {
    if Server::for_test().is_none() {
        return;
    }
    let server = small(&[]);
    let store = open(&server.url()).await;
    let (old, out) = (key("session:old"), key("session:out"));
    let seen = created(&store, &old, &entry("old")).await;
    let seen_out = created(&store, &out, &entry("in")).await;
    let tombstone = entry("logged out");
    assert_eq!(
        store.write(Write::remove(&out, Some(&tombstone)), now()).await.unwrap(),
        WriteOutcome::Removed
    );
    for number in 0..100_000 {
        created(&store, &key(&format!("filler:{number}")), &tombstone).await;
        if number % 1000 == 0 && [&old, &out].iter().all(|key| is_gone(&server, key)) {
            break;
        }
    }
    for (key, seen) in [(&old, &seen), (&out, &seen_out)] {
        let answer = store.write(Write::swap(key, seen, &entry("revived")), now()).await.unwrap();
        assert_eq!(answer, WriteOutcome::Gone);
        let new = super::key("session:new");
        let answer =
            store.write(Write::rename(key, &new, seen, &entry("revived"), None), now()).await.unwrap();
        assert_eq!(answer, WriteOutcome::Gone);
        assert_eq!(
            store.write(Write::remove(key, Some(&tombstone)), now()).await.unwrap(),
            WriteOutcome::Gone
        );
        assert_eq!((payload(&store, key).await, payload(&store, &new).await), (None, None));
    }
}

/// Asks without using it.
fn is_gone(server: &Server, key: &StoreKey) -> bool {
    server.command(&format!("me {}", key.as_str())).unwrap() == "EN\r\n"
}

/// With `-M` it does not evict.
#[tokio::test]
async fn a_logout_goes_through_without_memory_for_its_tombstone() {
    if Server::for_test().is_none() {
        return;
    }
    let server = small(&["-M"]);
    let store = open(&server.url()).await;
    let (old, out) = (key("session:old"), key("session:out"));
    let seen = created(&store, &old, &entry("old")).await;
    created(&store, &out, &entry("in")).await;
    let refused = fill(&store).await;
    assert_eq!(refused.kind(), StoreErrorKind::Refused);
    assert!(format!("{refused:?}").contains("OutOfMemory"), "{refused:?}");

    let big = entry(vec![b'x'; 50_000]);
    let new = key("session:new");
    let rename = store.write(Write::rename(&old, &new, &seen, &big, None), now()).await.unwrap_err();
    assert_eq!(rename.kind(), StoreErrorKind::Refused);
    assert_eq!(payload(&store, &old).await.unwrap(), b"old");
    let logout = store.write(Write::remove(&out, Some(&big)), now()).await.unwrap();
    assert_eq!((logout, payload(&store, &out).await), (WriteOutcome::Removed, None));
    let swap = store.write(Write::swap(&old, &seen, &big), now()).await.unwrap_err();
    assert_eq!((swap.kind(), payload(&store, &old).await), (StoreErrorKind::Refused, None));
}

/// Stores large entries until one is refused.
async fn fill(store: &dewar_stores::Memcached) -> dewar::store::StoreError {
    for number in 0..10_000 {
        let filler = entry(vec![b'x'; 50_000]);
        if let Err(error) =
            store.write(Write::create(&key(&format!("filler:{number}")), &filler), now()).await
        {
            return error;
        }
    }
    panic!("the memory is never full");
}
