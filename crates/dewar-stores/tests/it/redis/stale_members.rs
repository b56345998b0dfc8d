//! Members of an index without an entry.

use std::time::Duration;

use dewar::store::{Entry, Owners, Revision, Store, StoreKey, Trim, Write, WriteOutcome};
use dewar_servers::Redis as Server;
use dewar_stores::Redis;
use std::sync::Arc;

use super::{created, entry, eventually, from_now, key, now, open, owned};

const ME: &str = "shop:owner:me";

fn members(server: &Server) -> usize {
    server.command(&["ZCARD", ME]).unwrap().parse().unwrap()
}

/// Makes all members older.
fn age(server: &Server, by: Duration) {
    let script = "local all = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
                  for i = 1, #all, 2 do redis.call('ZADD', KEYS[1], all[i + 1] - ARGV[1], all[i]) end";
    server.command(&["EVAL", script, "1", ME, &by.as_micros().to_string()]).unwrap();
}

/// Adds members without an entry to the index, with this TTL, that joined this long ago.
fn add_stale_members(server: &Server, how_many: usize, ttl: &str, ago: Duration) {
    let script = "local now = redis.call('TIME')
                  now = now[1] * 1000000 - ARGV[4]
                  for i = ARGV[1], ARGV[2] do
                    redis.call('ZADD', KEYS[1], now + i, ARGV[3] .. ' shop:{ab}:dead-' .. string.format('%d', i))
                  end";
    for from in (0..how_many).step_by(10_000) {
        let (from, to) = (from.to_string(), (from + 10_000).min(how_many) - 1);
        let ago = ago.as_micros().to_string();
        server.command(&["EVAL", script, "1", ME, &from, &to.to_string(), ttl, &ago]).unwrap();
    }
}

fn short() -> Entry {
    Entry { expires: Some(from_now(Duration::from_secs(1))), ..owned("x", ME) }
}

#[tokio::test]
async fn expired_logins_do_not_accumulate() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    for round in 0..3 {
        for number in 0..600 {
            created(&store, &key(&format!("shop:{{ab}}:{round}-{number}")), &short()).await;
        }
        age(&server, Duration::from_secs(5));
    }
    let left = members(&server);
    assert!(left < 1_000, "of 1,800 logins of one second each {left} are left");
    for number in 0..600 {
        created(&store, &key(&format!("shop:{{ab}}:living-{number}")), &owned("x", ME)).await;
    }
    let left = members(&server);
    assert!(left < 900, "600 live, and {left} are in the index");
}

#[tokio::test]
async fn a_member_whose_entry_may_still_be_written_stays_for_a_minute() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    add_stale_members(&server, 3, "7200", Duration::from_secs(50));
    assert_eq!(store.owned_by(ME, now()).await.unwrap(), []);
    assert!(store.trim(ME, 0, Trim::Oldest, now()).await.unwrap().is_empty());
    assert_eq!(store.remove_all(ME, None, now()).await.unwrap(), 0);
    assert_eq!(members(&server), 3);
    age(&server, Duration::from_secs(11));
    assert_eq!(store.owned_by(ME, now()).await.unwrap(), []);
    assert_eq!(members(&server), 0);
}

/// Half a million steps in one script would block every other client; half a million round trips would take too long.
#[tokio::test]
async fn four_hundred_thousand_stale_members_block_no_other_client() {
    let Some(server) = Server::for_test() else { return };
    let writer = open(&server.url()).await;
    let (mine, other) = (key("shop:{ab}:mine"), key("shop:{ab}:other"));
    let store = Arc::new(open(&server.url()).await);
    created(&writer, &other, &entry("other")).await;
    for (ttl, ago) in [("2", 3600), ("1000000", 3600)] {
        add_stale_members(&server, 400_000, ttl, Duration::from_secs(ago));
        created(&writer, &mine, &owned("x", ME)).await;
        let reader = tokio::spawn(read_until_removed(Arc::clone(&store), other.clone(), mine.clone()));
        assert_eq!(store.remove_all(ME, None, now()).await.unwrap(), 1);
        assert!(reader.await.unwrap() > 100, "others are served meanwhile");
        assert_eq!(members(&server), 0);
    }
}

/// Reads one entry until the other is removed; each read must be answered.
async fn read_until_removed(store: Arc<Redis>, one: StoreKey, other: StoreKey) -> usize {
    let mut reads = 0;
    while store.load(&other, None, now()).await.unwrap().is_some() {
        assert!(store.load(&one, None, now()).await.unwrap().is_some());
        reads += 1;
    }
    reads
}

/// Under a new key a session is another member of the index, and reading that must still find it.
#[tokio::test]
async fn a_session_that_gets_new_ids_meanwhile_is_ended() {
    let Some(server) = Server::for_test() else { return };
    let store = Arc::new(open(&server.url()).await);
    for round in 0..20 {
        add_stale_members(&server, 700, "7200", Duration::from_secs(5));
        let first = key(&format!("shop:{{ab}}:{round}"));
        created(&store, &first, &owned("0", ME)).await;
        let renaming = tokio::spawn(rename_until_removed(Arc::clone(&store), first));
        assert_eq!(store.remove_all(ME, None, now()).await.unwrap(), 1, "round {round}");
        renaming.await.unwrap();
        assert_eq!(store.owned_by(ME, now()).await.unwrap(), []);
    }
}

/// A login that is repeated begins a second session if the first one is there, and checks once more afterwards.
#[tokio::test]
async fn a_session_that_begins_while_all_are_ended_is_ended_too() {
    let Some(server) = Server::for_test() else { return };
    let store = Arc::new(open(&server.url()).await);
    for round in 0..50 {
        let first = key(&format!("shop:{{ab}}:{round}"));
        created(&store, &first, &owned("0", ME)).await;
        let copying = tokio::spawn(copy_while_it_is_there(Arc::clone(&store), first));
        tokio::task::yield_now().await;
        assert!(store.remove_all(ME, None, now()).await.unwrap() >= 1, "round {round}");
        copying.await.unwrap();
        assert_eq!(store.owned_by(ME, now()).await.unwrap(), [], "round {round}");
    }
}

/// Copies an entry, and removes the copy if the original has been removed by then.
async fn copy_while_it_is_there(store: Arc<Redis>, first: StoreKey) {
    for number in 0..100_000 {
        if store.load(&first, None, now()).await.unwrap().is_none() {
            return;
        }
        let copy = key(&format!("{}-{number}", first.as_str()));
        created(&store, &copy, &owned("copy", ME)).await;
        if store.load(&first, None, now()).await.unwrap().is_none() {
            let _ = store.write(Write::remove(&copy, None), now()).await.unwrap();
        }
    }
}

/// The oldest of three gets new ids while two may stay.
#[tokio::test]
async fn a_session_that_gets_new_ids_meanwhile_is_trimmed() {
    let Some(server) = Server::for_test() else { return };
    let store = Arc::new(open(&server.url()).await);
    for round in 0..20 {
        let names = ["oldest", "a", "b"].map(|name| key(&format!("shop:{{ab}}:{round}-{name}")));
        for name in &names {
            created(&store, name, &owned("x", ME)).await;
        }
        let renaming = tokio::spawn(rename_until_removed(Arc::clone(&store), names[0].clone()));
        let removed = store.trim(ME, 2, Trim::Oldest, now()).await.unwrap();
        assert_eq!(removed.len(), 1, "round {round}");
        renaming.await.unwrap();
        let left: Vec<_> = store.owned_by(ME, now()).await.unwrap().into_iter().map(|(key, _)| key).collect();
        assert_eq!(left, names[1..]);
        assert_eq!(store.remove_all(ME, None, now()).await.unwrap(), 2);
    }
}

/// Gives an entry one new key after the other, as a request does that reads before it writes, for as long as there is one.
async fn rename_until_removed(store: Arc<Redis>, first: StoreKey) {
    let mut old = first.clone();
    for number in 0..100_000 {
        let new = key(&format!("{}-{number}", first.as_str()));
        let Some(found) = store.load(&old, None, now()).await.unwrap() else { return };
        match store
            .write(Write::rename(&old, &new, &found.revision, &owned("x", ME), None), now())
            .await
            .unwrap()
        {
            WriteOutcome::Saved(_) => old = new,
            WriteOutcome::Gone => return,
            other => panic!("{other:?}"),
        }
    }
    panic!("it was never ended");
}

#[tokio::test]
async fn an_entry_that_is_touched_stays_in_the_index_until_it_expires() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let a = key("shop:{ab}:a");
    assert!(matches!(
        store.write(Write::create(&a, &owned("x", ME)), now()).await.unwrap(),
        WriteOutcome::Saved(_)
    ));
    let joined = || server.command(&["HGET", "shop:{ab}:a:owner", "joined"]).unwrap();
    let first = joined();
    assert!(store.touch(&a, from_now(super::HOUR), now()).await.unwrap());
    assert_eq!(joined(), first, "the index has a TTL of two hours");
    // As if it had joined 40 minutes ago: it may be touched, and the index is updated.
    age(&server, Duration::from_secs(2400));
    let long_ago = (first.parse::<u64>().unwrap() - 2_400_000_000).to_string();
    server.command(&["HSET", "shop:{ab}:a:owner", "joined", &long_ago]).unwrap();
    assert!(store.touch(&a, from_now(super::HOUR), now()).await.unwrap());
    eventually("the index is updated", || joined() > first).await;
    assert_eq!(members(&server), 1);
    // For longer than the index knows: the index is updated first.
    assert!(store.touch(&a, from_now(10 * super::HOUR), now()).await.unwrap());
    let ttl = server.command(&["HGET", "shop:{ab}:a:owner", "ttl"]).unwrap().parse::<u64>().unwrap();
    assert!(ttl >= 72_000, "{ttl}");
    assert_eq!(members(&server), 1);
}

/// Most writes leave the index alone; one that comes late updates it.
#[tokio::test]
async fn an_entry_that_is_written_stays_in_the_index_until_it_expires() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    let a = key("shop:{ab}:a");
    let of_owner = |field| server.command(&["HGET", "shop:{ab}:a:owner", field]).unwrap();
    let seen = created(&store, &a, &owned("0", ME)).await;
    let (first, place) = (of_owner("joined"), of_owner("place"));
    let seen = swapped(&store, &a, &seen, "1").await;
    assert_eq!(of_owner("joined"), first, "the index has a TTL of two hours");
    // As if it had joined 40 minutes ago: less than three quarters are left.
    let long_ago = (first.parse::<u64>().unwrap() - 2_400_000_000).to_string();
    server.command(&["HSET", "shop:{ab}:a:owner", "joined", &long_ago]).unwrap();
    swapped(&store, &a, &seen, "2").await;
    assert!(of_owner("joined") > first, "the index is updated");
    assert_eq!((of_owner("place"), members(&server)), (place, 1));
}

async fn swapped(store: &Redis, key: &StoreKey, seen: &Revision, payload: &'static str) -> Revision {
    match store.write(Write::swap(key, seen, &owned(payload, ME)), now()).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("{other:?}"),
    }
}
