//! What a failed call says of what was done, on a server that fails as it is told to.

use std::error::Error;

use dewar::store::{Store, StoreErrorKind, Write};
use dewar_servers::{MongoDb as Server, MongoReplicaSet};
use dewar_stores::mongodb::MongoDb;
use mongodb::bson::{Document, doc};

use super::{client, created, entry, key, now, open, owned, patient, payload};

/// Makes the next command of this name fail.
async fn fail_next(url: &str, command: &str, how: Document) {
    let mut data = doc! { "failCommands": [command] };
    data.extend(how);
    let point = doc! { "configureFailPoint": "failCommand", "mode": { "times": 1 }, "data": data };
    client(url).await.database("admin").run_command(point).await.unwrap();
}

const CODES: [(i32, StoreErrorKind); 15] = [
    (10107, StoreErrorKind::Unavailable),
    (13435, StoreErrorKind::Unavailable),
    (13436, StoreErrorKind::Unavailable),
    (189, StoreErrorKind::Unavailable),
    (11600, StoreErrorKind::Unavailable),
    (11602, StoreErrorKind::Unavailable),
    (91, StoreErrorKind::Unavailable),
    (18, StoreErrorKind::Unavailable),
    (262, StoreErrorKind::Unavailable),
    (112, StoreErrorKind::Busy),
    (24, StoreErrorKind::Busy),
    (13, StoreErrorKind::Refused),
    (14031, StoreErrorKind::Refused),
    (50, StoreErrorKind::NoAnswer),
    (1, StoreErrorKind::Refused),
];

#[tokio::test]
async fn a_code_of_the_server_says_whether_the_call_was_done() {
    let Some(server) = Server::for_test() else { return };
    let (url, a) = (server.url(), key("shop:secret"));
    let store = open(&url).await;
    let seen = created(&store, &a, &entry("1")).await;
    for (code, kind) in CODES {
        fail_next(&url, "update", doc! { "errorCode": code }).await;
        let error = store.write(Write::swap(&a, &seen, &entry("2")), now()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{code}: {error:?}");
        let words = format!("{error} {error:?} {}", error.source().unwrap());
        assert!(words.contains(&code.to_string()) && !words.contains("secret"), "{words}");
        assert_eq!(payload(&store, &a).await.unwrap(), b"1", "{code}: the next call is served");
    }
}

#[tokio::test]
async fn a_broken_connection_is_no_answer() {
    let Some(server) = Server::for_test() else { return };
    let (url, a, b) = (server.url(), key("shop:a"), key("shop:b"));
    let store = open(&url).await;
    let seen = created(&store, &a, &owned("1", "ann")).await;
    let close = doc! { "closeConnection": true };
    for command in ["update", "delete"] {
        for act in 0..5 {
            fail_next(&url, command, close.clone()).await;
            let tombstone = entry("gone");
            let (x, is_update) = (entry("2"), command == "update");
            let answer = match act {
                0 if is_update => store.write(Write::create(&b, &x), now()).await.map(drop),
                1 if is_update => store.write(Write::swap(&a, &seen, &x), now()).await.map(drop),
                2 if is_update => {
                    store.write(Write::rename(&a, &b, &seen, &x, Some(&tombstone)), now()).await.map(drop)
                }
                3 if !is_update => store.write(Write::remove(&a, None), now()).await.map(drop),
                4 if !is_update => {
                    Store::owners(&store).unwrap().remove_all("ann", None, now()).await.map(drop)
                }
                _ => continue,
            };
            let error = answer.unwrap_err();
            assert_eq!(error.kind(), StoreErrorKind::NoAnswer, "{command}, {act}: {error:?}");
            assert_eq!(payload(&store, &a).await.unwrap(), b"1", "the next call is served");
        }
    }
}

/// The write was done, and an election may undo it.
#[tokio::test]
async fn a_write_that_too_few_members_confirm_is_no_answer() {
    let Some(set) = MongoReplicaSet::for_test() else { return };
    let (url, a) = (set.url(), key("shop:a"));
    let store = open(&url).await;
    let seen = created(&store, &a, &entry("1")).await;
    for code in [64, 189, 11602, 91] {
        fail_next(&url, "update", doc! { "writeConcernError": { "code": code, "errmsg": "told to" } }).await;
        let error = store.write(Write::swap(&a, &seen, &entry("1")), now()).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::NoAnswer, "{code}: {error:?}");
        let undone = store.load(&a, None, now()).await.unwrap().unwrap().revision == seen;
        assert!(!undone || code != 64, "it was done");
    }
}

/// The driver of a program's client sends a write twice, and the second error says nothing of the first attempt.
#[tokio::test]
async fn with_a_client_that_repeats_writes_an_error_is_no_proof_that_nothing_was_done() {
    let Some(set) = MongoReplicaSet::for_test() else { return };
    let (url, a) = (set.url(), key("shop:a"));
    let store = MongoDb::with_client(&client(&url).await, "dewar", patient()).await.unwrap();
    let seen = created(&store, &a, &entry("1")).await;
    fail_next(&url, "update", doc! { "closeConnection": true }).await;
    _ = store.write(Write::swap(&a, &seen, &entry("2")), now()).await.unwrap();
    assert_eq!(payload(&store, &a).await.unwrap(), b"2", "the second attempt was done");
    fail_next(&url, "update", doc! { "errorCode": 8000 }).await;
    let error = store.write(Write::swap(&a, &seen, &entry("3")), now()).await.unwrap_err();
    assert_eq!(error.kind(), StoreErrorKind::NoAnswer, "{error:?}");
}
