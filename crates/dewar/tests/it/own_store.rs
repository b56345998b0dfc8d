//! The store of `examples/own_store.rs` meets the contract, and its program counts.

use std::sync::Arc;

use dewar::ServerSide;
use dewar::clock::UnixTime;
use dewar::store::{Entry, Store, StoreKey, Write};

use crate::browser::Browser;
use crate::examples::own_store::{OwnStore, app};
use crate::server::Server;

#[cfg(feature = "conformance")]
#[tokio::test]
async fn it_meets_every_rule() {
    use dewar::store::conformance::{ManualTime, run};

    run(&ManualTime::new(Arc::new(OwnStore::default()))).await.assert();
}

#[tokio::test]
async fn what_is_over_takes_no_room() {
    let store = OwnStore::default();
    let [now, later] = [1_000, 1_001].map(UnixTime::from_seconds);
    for number in 0..3 {
        let key = StoreKey::new(format!("k{number}"));
        let _ = store.write(Write::create(&key, &Entry::new(&b"v"[..], Some(later))), now).await.unwrap();
    }
    assert_eq!(format!("{store:?}").matches("StoreKey").count(), 3);
    let _ = store.load(&StoreKey::new("another"), None, later).await.unwrap();
    assert_eq!(format!("{store:?}").matches("StoreKey").count(), 0);
}

#[test]
fn its_program_counts_each_browser_for_itself() {
    let server = Server::start(app(ServerSide::flask(Arc::new(OwnStore::default()))).unwrap());
    let [mut one, mut other] = [Browser::new(server.address), Browser::new(server.address)];
    let seen = [one.get("/"), one.get("/"), other.get("/"), one.get("/")].map(|answer| answer.body);
    assert_eq!(seen, ["visit 1", "visit 2", "visit 1", "visit 3"]);
}
