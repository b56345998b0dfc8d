//! The scripts on a real Redis Cluster, as a client for it would call them: the index first, with a separate call, and then the entry.

use std::collections::BTreeSet;

use ::redis::{Connection, FromRedisValue, RedisResult, cmd};
use dewar_core::StoreKey;
use dewar_core::clock::Clock;
use dewar_servers::RedisCluster;

use super::index::StaleMember;
use super::script::{self, Call};
use super::ttl::Ttl;
use super::write::Answer;

const ME: &str = "shop:owner:me";
const HOUR: Ttl = Ttl::Millis(3_600_000);
const TTL_IN_INDEX: &str = "7200";

struct Cluster(RedisCluster);

impl Cluster {
    /// Asks the node that serves a key.
    fn at<T: FromRedisValue>(&self, key: &str, command: &::redis::Cmd) -> RedisResult<T> {
        let slot = self.slot(key);
        let node = self.0.node_of(slot).unwrap();
        let mut connection: Connection = ::redis::Client::open(node.url())?.get_connection()?;
        command.query(&mut connection)
    }

    fn slot(&self, key: &str) -> u16 {
        self.0.nodes()[0].command(&["CLUSTER", "KEYSLOT", key]).unwrap().parse().unwrap()
    }

    /// Runs a script at the node that serves a key.
    fn run<T: FromRedisValue>(&self, key: &str, call: &Call<'_>) -> T {
        self.at(key, &call.with_code()).unwrap()
    }

    /// Runs a script that writes: how the write ended, and the member that it has left in an index.
    fn write(&self, key: &StoreKey, call: &Call<'_>) -> (String, Option<StaleMember>) {
        match self.run::<Answer>(key.as_str(), call) {
            Answer::Done => ("done".to_owned(), None),
            Answer::More((how, owner, member, joined)) => (how, StaleMember::new(owner, member, joined)),
        }
    }

    fn join(&self, key: &StoreKey) -> String {
        let call = Call::new(&script::JOIN_ONLY).index(ME).text(key.as_str()).text(TTL_IN_INDEX);
        self.run::<u64>(ME, &call.clock(now())).to_string()
    }

    fn members(&self) -> Vec<String> {
        self.at(ME, cmd("ZRANGE").arg(ME).arg(0).arg(-1)).unwrap()
    }

    fn get(&self, key: &StoreKey) -> Option<String> {
        self.at(key.as_str(), cmd("GET").arg(key.as_str())).unwrap()
    }

    fn remove_stale(&self, (how, stale): (String, Option<StaleMember>)) {
        let stale = stale.unwrap();
        assert_eq!((how.as_str(), stale.owner.as_str()), ("done", ME));
        let call = Call::new(&script::REMOVE_MEMBERS).index(ME).text(&stale.joined).number(0).clock(now());
        assert_eq!(self.run::<u64>(ME, &call.text(&stale.member)), 1);
    }
}

fn now() -> dewar_core::clock::UnixTime {
    Clock::system().now()
}

/// The owner's arguments, after those of the script.
fn owned<'a>(call: Call<'a>, joined: &'a str) -> Call<'a> {
    call.text(TTL_IN_INDEX).clock(now()).text(ME).text(joined)
}

/// A login with a new id, a change, a read, a logout, and "log out everywhere".
#[test]
fn every_script_runs_on_a_real_cluster() {
    let Some(cluster) = RedisCluster::for_test().map(Cluster) else { return };
    // Tags whose slots are served by each of the three nodes: the index is at another one than most sessions.
    let slots: BTreeSet<_> = ["aa", "ab", "ac", "ad", "ae"].map(|tag| cluster.slot(tag) / 5462).into();
    assert_eq!(slots.len(), 3);
    for tag in ["aa", "ab", "ac", "ad", "ae"] {
        whole_session(&cluster, tag);
    }
}

fn whole_session(cluster: &Cluster, tag: &str) {
    let [old, new] = ["old", "new"].map(|hash| StoreKey::new(format!("shop:{{{tag}}}:{hash}")));
    let joined = cluster.join(&old);
    let call = Call::new(&script::CREATE_OWNED).key(&old).owner_key(&old).bytes(b"1").ttl(HOUR);
    assert_eq!(cluster.write(&old, &owned(call, &joined)).0, "done");

    let joined = cluster.join(&new);
    let call = Call::new(&script::RENAME_OWNED).key(&old).key(&new).owner_key(&old).owner_key(&new);
    let call = call.bytes(b"1").bytes(b"2").ttl(HOUR).bytes(b"gone").ttl(HOUR);
    cluster.remove_stale(cluster.write(&old, &owned(call, &joined)));
    assert_eq!(cluster.members(), [format!("{TTL_IN_INDEX} {}", new.as_str())]);
    assert_eq!((cluster.get(&old).as_deref(), cluster.get(&new).as_deref()), (Some("gone"), Some("2")));

    let joined = cluster.join(&new);
    let call = Call::new(&script::SWAP_OWNED).key(&new).owner_key(&new).bytes(b"2").bytes(b"3").ttl(HOUR);
    let (how, stale) = cluster.write(&new, &owned(call, &joined));
    assert!(how == "done" && stale.is_none());

    let touch = Call::new(&script::TOUCH).key(&new).owner_key(&new).ttl(HOUR).text(TTL_IN_INDEX).clock(now());
    assert_eq!(cluster.run::<(u8, Option<String>)>(new.as_str(), &touch.text("").text("")), (1, None));
    let ten = Call::new(&script::TOUCH).key(&new).owner_key(&new).ttl(HOUR).text("72000").clock(now());
    let answer: (u8, Option<String>) = cluster.run(new.as_str(), &ten.text("").text(""));
    assert_eq!(answer, (2, Some(ME.to_owned())), "the index must be updated first");

    let call = Call::new(&script::PAGE).index(ME).text("-inf").number(10).clock(now());
    let (_, looked_at, members): (Option<String>, usize, Vec<String>) = cluster.run(ME, &call);
    assert_eq!((looked_at, members), (1, vec![format!("{TTL_IN_INDEX} {}", new.as_str())]));
    let call = Call::new(&script::LOAD_OWNED).key(&new).owner_key(&new).text(ME);
    let (place, _, payload): (Option<u64>, i64, Option<String>) = cluster.run(new.as_str(), &call);
    assert!(place.is_some() && payload.as_deref() == Some("3"));

    let call = Call::new(&script::SWAP).key(&new).owner_key(&new).bytes(b"3").bytes(b"4").ttl(HOUR);
    cluster.remove_stale(cluster.write(&new, &call));
    let call = Call::new(&script::RENAME).key(&new).key(&old).owner_key(&new);
    let call = call.bytes(b"4").bytes(b"5").ttl(HOUR).bytes(b"gone").ttl(HOUR);
    assert_eq!(cluster.write(&new, &call).0, "taken");
    let call = Call::new(&script::REMOVE).key(&old).owner_key(&old).bytes(b"").ttl(Ttl::Expired);
    let (how, stale) = cluster.write(&old, &call);
    assert!(how == "done" && stale.is_none());

    let joined = cluster.join(&old);
    let call = Call::new(&script::CREATE_OWNED).key(&old).owner_key(&old).bytes(b"6").ttl(HOUR);
    assert_eq!(cluster.write(&old, &owned(call, &joined)).0, "done");
    let call = Call::new(&script::REMOVE_OWNED).key(&old).owner_key(&old).text(ME).number(0).number(u64::MAX);
    assert_eq!(cluster.run::<u8>(old.as_str(), &call), 1);
    assert_eq!(cluster.get(&old), None);
    let call = Call::new(&script::REMOVE_RANGE).index(ME).text("-inf").text(&joined).number(60_000_000);
    assert_eq!(cluster.run::<u64>(ME, &call.clock(now())), 0, "it joined less than a minute ago");
    let call = Call::new(&script::REMOVE_RANGE).index(ME).text("-inf").text(&joined).number(0);
    assert_eq!(cluster.run::<u64>(ME, &call.clock(now())), 1);
}

/// So the test above can fail.
#[test]
fn two_slots_in_one_script_are_refused() {
    let Some(cluster) = RedisCluster::for_test().map(Cluster) else { return };
    let [old, new] = ["aa", "ab"].map(|tag| StoreKey::new(format!("shop:{{{tag}}}:x")));
    let call =
        Call::new(&script::RENAME).key(&old).key(&new).owner_key(&old).bytes(b"1").bytes(b"2").ttl(HOUR);
    let answer = cluster.at::<Answer>(old.as_str(), &call.bytes(b"").ttl(Ttl::Expired).with_code());
    assert!(answer.err().unwrap().to_string().to_lowercase().contains("slot"));
}
