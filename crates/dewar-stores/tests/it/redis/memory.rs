//! A server whose memory is full.

use dewar::store::{Store as _, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::Redis as Server;

use super::{both, created, entry, key, now, payload};

#[tokio::test]
async fn a_write_without_memory_for_it_is_refused_and_nothing_is_lost() {
    if Server::for_test().is_none() {
        return;
    }
    for index in [0, 1] {
        let server = Server::settings().max_memory(4 << 20).start().unwrap();
        let stores = both(&server).await;
        let store = &stores[index];
        let (old, other) = (key("session:old"), key("session:other"));
        let seen = created(store, &old, &entry("old")).await;
        created(store, &other, &entry("other")).await;
        fill(store).await;
        for error in [
            store.write(Write::swap(&old, &seen, &entry(vec![b'x'; 100_000])), now()).await.unwrap_err(),
            store
                .write(Write::rename(&old, &key("session:new"), &seen, &entry("new"), None), now())
                .await
                .unwrap_err(),
            store
                .write(Write::create(&key("session:new"), &super::owned("x", "me")), now())
                .await
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), StoreErrorKind::Refused);
            assert!(format!("{error:?}").contains("OOM"), "{error:?}");
        }
        assert_eq!(payload(store, &old).await.unwrap(), b"old");
        assert_eq!(payload(store, &key("session:new")).await, None);
        let logout = store.write(Write::remove(&old, Some(&entry("tombstone"))), now()).await;
        assert_eq!(logout.unwrap(), WriteOutcome::Removed, "a logout must go through");
        assert_ne!(payload(store, &old).await.as_deref(), Some(b"old".as_slice()));
        assert_eq!(store.write(Write::remove(&other, None), now()).await.unwrap(), WriteOutcome::Removed);
        server.command(&["CONFIG", "SET", "maxmemory", "0"]).unwrap();
        created(store, &key("session:new"), &entry("there is memory again")).await;
    }
}

async fn fill(store: &dewar_stores::Redis) {
    for number in 0..10_000 {
        let filler = entry(vec![b'x'; 2_000]);
        if store.write(Write::create(&key(&format!("filler:{number}")), &filler), now()).await.is_err() {
            return;
        }
    }
    panic!("the memory is never full");
}
