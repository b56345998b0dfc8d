//! A server whose disk is full.

use std::error::Error as _;

use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::MariaDb as Server;

use super::{create, entry, key, native, now, payload};
use crate::small_disk::SmallDisk;

/// The table is in a file on a small disk of its own.
#[tokio::test]
async fn a_write_without_space_is_refused_and_works_again_later() {
    let Some(server) = Server::for_test() else { return };
    // MySQL allows only the folders that it is started with.
    let Some(disk) = SmallDisk::mount("24m").filter(|_| !Server::is_mysql()) else { return };
    disk.give_to("mysql");
    let table = dewar_stores::schema(&server.url()).unwrap();
    let on_the_disk = format!("ENGINE=InnoDB DATA DIRECTORY='{}'", disk.path().display());
    server.sql(&table.replace("ENGINE=InnoDB", &on_the_disk)).unwrap();
    let store = native(&server.url()).await;
    let (a, b) = (key("session:a"), key("session:b"));
    let seen = create(&store, "session:a", &entry("small")).await;
    create(&store, "session:b", &entry("b")).await;
    disk.fill();
    let large = entry(vec![7; 3 << 20]);
    for write in [Write::swap(&a, &seen, &large), Write::create(&key("session:new"), &large)] {
        let error = store.write(write, now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Refused, "{error:?}: {}", server.log());
        let said = error.source().unwrap().to_string();
        assert!(said.contains("disk or tablespace is full: free some space"), "{said}");
    }
    assert_eq!(payload(&store, "session:a").await.unwrap(), b"small");
    assert_eq!(payload(&store, "session:new").await, None);
    let logout = store.write(Write::remove(&b, Some(&large)), now()).await.unwrap();
    assert_eq!((logout, payload(&store, "session:b").await), (WriteOutcome::Removed, None));
    disk.make_room();
    let saved = store.write(Write::swap(&a, &seen, &large), now()).await.unwrap();
    assert!(matches!(saved, WriteOutcome::Saved(_)));
    assert_eq!(payload(&store, "session:a").await.unwrap(), large.payload);
}
