//! When entries expire: Memcached takes more than 30 days for a date, and 0 for never.

use std::time::Duration;

use dewar::store::{Entry, Store, Write, WriteOutcome};
use dewar_servers::Memcached as Server;

use super::{created, from_now, key, now, open};

const DAY: u64 = 86_400;

fn seconds_left(server: &Server, key: &str) -> i64 {
    let answer = server.command(&format!("mg {key} t")).unwrap();
    answer.trim_end().strip_prefix("HD t").unwrap_or_else(|| panic!("{answer}")).parse().unwrap()
}

#[tokio::test]
async fn any_lifetime_is_that_long() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    for seconds in [60, 30 * DAY - 2, 30 * DAY - 1, 30 * DAY, 30 * DAY + 1, 31 * DAY, 400 * DAY] {
        let name = format!("session:{seconds}");
        let end = from_now(Duration::from_secs(seconds));
        let seen = created(&store, &key(&name), &Entry::new("x", Some(end))).await;
        let expected = i64::try_from(seconds).unwrap();
        let check = |left: i64| assert!((expected - 4..=expected + 2).contains(&left), "{seconds}: {left}");
        check(seconds_left(&server, &name));
        let again = Entry::new("y", Some(from_now(Duration::from_secs(seconds))));
        let answer = store.write(Write::swap(&key(&name), &seen, &again), now()).await.unwrap();
        assert!(matches!(answer, WriteOutcome::Saved(_)), "{answer:?}");
        check(seconds_left(&server, &name));
        assert!(store.touch(&key(&name), from_now(Duration::from_secs(seconds)), now()).await.unwrap());
        check(seconds_left(&server, &name));
        let found = store.load(&key(&name), None, now()).await.unwrap().unwrap();
        check(i64::try_from(found.expires.unwrap().since(now()).as_secs()).unwrap());
    }
}

#[tokio::test]
async fn no_end_is_no_end() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("session:a"), &Entry::new("x", None)).await;
    assert_eq!(seconds_left(&server, "session:a"), -1);
    assert_eq!(store.load(&key("session:a"), None, now()).await.unwrap().unwrap().expires, None);
}

#[tokio::test]
async fn a_touch_to_a_time_that_has_passed_ends_an_entry() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    created(&store, &key("session:a"), &super::entry("x")).await;
    assert!(store.touch(&key("session:a"), now(), now()).await.unwrap());
    assert!(store.load(&key("session:a"), None, now()).await.unwrap().is_none());
}
