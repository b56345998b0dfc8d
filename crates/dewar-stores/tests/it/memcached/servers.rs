//! Several servers, of which one dies: its keys fail, and never move.

use std::time::Duration;

use dewar::store::{Store, StoreErrorKind, Write, WriteOutcome};
use dewar_servers::Memcached as Server;
use dewar_stores::guard::GuardOptions;

use super::{created, entry, key, now, open, servers, url_of};

const KEYS: usize = 40;

fn name(number: usize) -> String {
    format!("session:{number}")
}

fn is_on(server: &Server, number: usize) -> bool {
    server.command(&format!("mg {}", name(number))).unwrap() != "EN\r\n"
}

#[tokio::test]
async fn the_keys_of_a_dead_server_fail_and_all_others_are_served() {
    let Some(mut servers) = servers(3) else { return };
    let options = GuardOptions { deadline: Duration::from_secs(20), ..GuardOptions::default() };
    let store = open(&url_of(&servers)).await.guarded(&options);
    for number in 0..KEYS {
        created(&store, &key(&name(number)), &entry(number.to_string())).await;
    }
    let dead: Vec<_> = (0..KEYS).filter(|number| is_on(&servers[1], *number)).collect();
    assert!((3..30).contains(&dead.len()), "{dead:?}");
    servers[1].kill();
    // Also after the breaker of the dead server has opened.
    for _ in 0..3 {
        for number in 0..KEYS {
            let found = store.load(&key(&name(number)), None, now()).await;
            assert_eq!(found.is_err(), dead.contains(&number), "{number}: {found:?}");
            let created = store.write(Write::create(&key(&name(number)), &entry("elsewhere")), now()).await;
            match created {
                Ok(outcome) => assert_eq!(outcome, WriteOutcome::Taken),
                Err(error) => {
                    assert!(dead.contains(&number));
                    let kinds =
                        [StoreErrorKind::Unavailable, StoreErrorKind::NotSent, StoreErrorKind::NoAnswer];
                    assert!(kinds.contains(&error.kind()), "{error:?}");
                }
            }
        }
    }
    for number in &dead {
        assert!(!is_on(&servers[0], *number) && !is_on(&servers[2], *number), "{number} has moved");
    }
    servers[1].restart().unwrap();
    for number in 0..KEYS {
        let found = answered(&store, number).await;
        assert_eq!(found.is_none(), dead.contains(&number), "{number}");
    }
}

/// The breaker lets a call through once in a while.
async fn answered(store: &dewar_stores::Memcached, number: usize) -> Option<Vec<u8>> {
    for _ in 0..400 {
        if let Ok(found) = store.load(&key(&name(number)), None, now()).await {
            return found.map(|found| found.payload.to_vec());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("the server is not found again");
}
