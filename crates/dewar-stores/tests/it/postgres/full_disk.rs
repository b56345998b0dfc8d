//! A server whose disk is full.

use std::error::Error as _;

use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::Postgres as Server;

use super::{created, entry, flask, key, native, now, payload};
use crate::small_disk::SmallDisk;

/// The table is on a small disk of its own; the server's log of writes is not.
#[tokio::test]
async fn a_write_without_space_is_refused_and_works_again_later() {
    let Some(server) = Server::for_test() else { return };
    let Some(disk) = SmallDisk::mount("16m") else { return };
    disk.give_to("postgres");
    server.sql(&format!("CREATE TABLESPACE small LOCATION '{}'", disk.path().display())).unwrap();
    let stores: [Box<dyn Store>; 2] =
        [Box::new(native(&server.url()).await), Box::new(flask(&server.url()).await)];
    for (store, table) in stores.iter().map(|store| &**store).zip(["dewar_sessions", "sessions"]) {
        server.sql(&format!("ALTER TABLE {table} SET TABLESPACE small")).unwrap();
        let (a, b) = (key("session:a"), key("session:b"));
        let seen = created(store, &a, &entry("small")).await;
        created(store, &b, &entry("b")).await;
        disk.fill();
        let large = entry(random_bytes(2 << 20));
        for write in [Write::swap(&a, &seen, &large), Write::create(&key("session:new"), &large)] {
            let error = store.write(write, now()).await.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::Refused, "{error:?}");
            let said = error.source().unwrap().to_string();
            assert!(said.contains("its disk is full: free some space"), "{said}");
        }
        assert_eq!(payload(store, &a).await.unwrap(), b"small");
        assert_eq!(payload(store, &key("session:new")).await, None);
        let logout = store.write(Write::remove(&b, Some(&large)), now()).await.unwrap();
        assert_eq!((logout, payload(store, &b).await), (WriteOutcome::Removed, None), "without a tombstone");
        disk.make_room();
        let saved = store.write(Write::swap(&a, &seen, &large), now()).await.unwrap();
        assert!(matches!(saved, WriteOutcome::Saved(_)), "{table}");
        assert_eq!(payload(store, &a).await.unwrap(), large.payload, "{table}");
    }
}

/// Bytes that cannot be compressed.
fn random_bytes(length: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let byte = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    std::iter::repeat_with(byte).take(length).collect()
}
