//! Every byte is kept, and no two keys are taken for one.

use dewar::store::{Store, Write, WriteOutcome};
use dewar_servers::MariaDb as Server;

use super::{both, create, entry, flask, key, native, now, payload};

#[tokio::test]
async fn payloads_are_any_bytes() {
    let Some(server) = Server::for_test() else { return };
    let all: Vec<u8> = (0..=255).collect();
    for store in both(&server).await {
        for (number, bytes) in
            [all.clone(), vec![], vec![0], vec![0x27, 0x5c, 0xff, 0x1a]].into_iter().enumerate()
        {
            let name = format!("session:{number}");
            let seen = create(&*store, &name, &entry(bytes.clone())).await;
            assert_eq!(payload(&*store, &name).await.unwrap(), bytes);
            let next = [&bytes[..], &all].concat();
            let swapped =
                store.write(Write::swap(&key(&name), &seen, &entry(next.clone())), now()).await.unwrap();
            assert!(matches!(swapped, WriteOutcome::Saved(_)), "{name}: {swapped:?}");
            assert_eq!(payload(&*store, &name).await.unwrap(), next);
        }
    }
}

#[tokio::test]
async fn keys_are_compared_by_their_bytes() {
    let Some(server) = Server::for_test() else { return };
    let names = [
        "session:a",
        "session:A",
        "session:ä",
        "session:a ",
        "session:a\u{301}",
        "session:'\"\\;%_",
        "session:😀",
    ];
    let store = native(&server.url()).await;
    for name in names {
        create(&store, name, &entry(name)).await;
    }
    for name in names {
        assert_eq!(payload(&store, name).await.unwrap(), name.as_bytes());
    }
    let page = store.lister().unwrap().list("session:a", None, 9, now()).await.unwrap();
    assert_eq!(page.entries.len(), 3);
}

/// The collation of Flask-Session's column takes capital letters for small ones, and ignores spaces at the end.
#[tokio::test]
async fn an_id_in_other_letters_opens_nothing_in_the_table_of_flask_session() {
    let Some(server) = Server::for_test() else { return };
    let store = flask(&server.url()).await;
    let seen = create(&store, "session:AbC", &entry("mine")).await;
    for other in ["session:abc", "session:ABC", "session:AbC ", "SESSION:AbC", "session:ÁbC"] {
        assert_eq!(payload(&store, other).await, None, "{other}");
        assert!(!store.touch(&key(other), super::from_now(super::HOUR), now()).await.unwrap());
        for (write, done) in [
            (Write::swap(&key(other), &seen, &entry("theirs")), WriteOutcome::Gone),
            (Write::remove(&key(other), None), WriteOutcome::Gone),
            (Write::remove(&key(other), Some(&entry("theirs"))), WriteOutcome::Gone),
            (
                Write::rename(&key(other), &key("session:new"), &seen, &entry("theirs"), None),
                WriteOutcome::Gone,
            ),
        ] {
            assert_eq!(store.write(write, now()).await.unwrap(), done, "{other}");
        }
    }
    assert_eq!(payload(&store, "session:AbC").await.unwrap(), b"mine");
    // The column cannot hold both.
    let taken = store.write(Write::create(&key("session:abc"), &entry("theirs")), now()).await.unwrap();
    assert_eq!(taken, WriteOutcome::Taken);
    let page = store.lister().unwrap().list("SESSION:", None, 9, now()).await.unwrap();
    assert_eq!(page.entries.len(), 0);
}
