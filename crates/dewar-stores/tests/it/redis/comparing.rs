//! Writes that the server compares by itself, if it can.

use std::time::Duration;

use dewar::store::{Entry, Store, Write, WriteOutcome};
use dewar_servers::Redis as Server;

use super::{both, created, entry, from_now, key, now, payload};

/// An entry without an owner that replaces one without an owner.
fn ownerless(payload: &'static str) -> Entry {
    Entry { keeps_owner: true, ..entry(payload) }
}

/// Whether the server knows `SET … IFEQ`.
pub(super) fn compares(server: &Server) -> bool {
    server.command(&["SET", "probe", "1", "IFEQ", "0"]).is_ok()
}

#[tokio::test]
async fn a_write_is_one_command_where_the_server_compares() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        server.command(&["FLUSHALL"]).unwrap();
        let a = key("shop:{ab}:a");
        let seen = created(&store, &a, &ownerless("0")).await;
        server.command(&["CONFIG", "RESETSTAT"]).unwrap();
        let written = store.write(Write::swap(&a, &seen, &ownerless("1")), now()).await.unwrap();
        assert!(matches!(written, WriteOutcome::Saved(_)));
        let ran = server.command(&["INFO", "commandstats"]).unwrap();
        assert_eq!(ran.contains("cmdstat_eval"), !compares(&server), "{ran}");
        assert_eq!(payload(&store, &a).await.unwrap(), b"1");
    }
}

/// With a script or without, the outcomes are the same, and so is the TTL.
#[tokio::test]
async fn the_outcomes_are_those_of_the_script() {
    let Some(server) = Server::for_test() else { return };
    for store in both(&server).await {
        server.command(&["FLUSHALL"]).unwrap();
        let a = key("shop:{ab}:a");
        let first = created(&store, &a, &ownerless("0")).await;
        let short = Entry { expires: Some(from_now(Duration::from_secs(60))), ..ownerless("1") };
        let second = match store.write(Write::swap(&a, &first, &short), now()).await.unwrap() {
            WriteOutcome::Saved(revision) => revision,
            other => panic!("{other:?}"),
        };
        let left = || server.command(&["TTL", a.as_str()]).unwrap().parse::<i64>().unwrap();
        assert!((58..=60).contains(&left()), "{}", left());
        match store.write(Write::swap(&a, &first, &ownerless("2")), now()).await.unwrap() {
            WriteOutcome::Changed(found) => {
                assert!(found.payload == "1" && found.revision == second && found.expires.is_some());
            }
            other => panic!("{other:?}"),
        }
        let forever = Entry { expires: None, ..ownerless("3") };
        assert!(matches!(
            store.write(Write::swap(&a, &second, &forever), now()).await.unwrap(),
            WriteOutcome::Saved(_)
        ));
        assert_eq!(left(), -1);
        let _ = store.write(Write::remove(&a, None), now()).await.unwrap();
        let gone = store.write(Write::swap(&a, &second, &ownerless("4")), now()).await.unwrap();
        assert_eq!(gone, WriteOutcome::Gone);
        assert_eq!(payload(&store, &a).await, None);
    }
}
