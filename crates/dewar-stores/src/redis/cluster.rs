//! The scripts on a real Redis Cluster, as a client for it would call them: the index first, by a call of its own, and then the entry.

use std::collections::BTreeSet;

use ::redis::{Connection, FromRedisValue, RedisResult, cmd};
use dewar_core::StoreKey;
use dewar_core::clock::Clock;
use dewar_servers::RedisCluster;

use super::answers::{Outcome, Told};
use super::call::Call;
use super::life::Life;
use super::scripts;

const ME: &str = "shop:owner:me";
const HOUR: Life = Life::For(3_600_000);
const LIFE: &str = "7200";

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
        self.at(key, &call.full()).unwrap()
    }

    fn outcome(&self, key: &StoreKey, call: &Call<'_>) -> Outcome {
        Outcome::of(self.run::<Told>(key.as_str(), call)).unwrap()
    }

    fn join(&self, key: &StoreKey) -> String {
        let call = Call::new(&scripts::JOIN).index(ME).text(key.as_str()).text(LIFE);
        self.run::<u64>(ME, &call.clock(now())).to_string()
    }

    fn members(&self) -> Vec<String> {
        self.at(ME, cmd("ZRANGE").arg(ME).arg(0).arg(-1)).unwrap()
    }

    fn get(&self, key: &StoreKey) -> Option<String> {
        self.at(key.as_str(), cmd("GET").arg(key.as_str())).unwrap()
    }

    fn forget(&self, outcome: Outcome) {
        let Outcome::Done(Some(leaving)) = outcome else { panic!("it left nobody") };
        assert_eq!(leaving.owner, ME);
        let call = Call::new(&scripts::DROP).index(ME).text(&leaving.joined).number(0).clock(now());
        assert_eq!(self.run::<u64>(ME, &call.text(&leaving.member)), 1);
    }
}

fn now() -> dewar_core::clock::UnixTime {
    Clock::system().now()
}

/// The owner's arguments, after those of the script.
fn owned<'a>(call: Call<'a>, joined: &'a str) -> Call<'a> {
    call.text(ME).text(LIFE).text(joined).clock(now())
}

/// A login with another id, a change, a look, a logout, and "log out everywhere".
#[test]
fn every_script_runs_on_a_real_cluster() {
    let Some(cluster) = RedisCluster::for_test().map(Cluster) else { return };
    // Tags whose slots are served by each of the three nodes: the index is at another one than most sessions.
    let slots: BTreeSet<_> = ["aa", "ab", "ac", "ad", "ae"].map(|tag| cluster.slot(tag) / 5462).into();
    assert_eq!(slots.len(), 3);
    for tag in ["aa", "ab", "ac", "ad", "ae"] {
        life_of_a_session(&cluster, tag);
    }
}

fn life_of_a_session(cluster: &Cluster, tag: &str) {
    let [old, new] = ["old", "new"].map(|hash| StoreKey::new(format!("shop:{{{tag}}}:{hash}")));
    let joined = cluster.join(&old);
    let call = Call::new(&scripts::CREATE_OWNED).key(&old).beside(&old).bytes(b"1").life(HOUR);
    assert!(cluster.run::<bool>(old.as_str(), &owned(call, &joined)));

    let joined = cluster.join(&new);
    let call = Call::new(&scripts::RENAME_OWNED).key(&old).key(&new).beside(&old).beside(&new);
    let call = call.bytes(b"1").bytes(b"2").life(HOUR).bytes(b"gone").life(HOUR);
    cluster.forget(cluster.outcome(&old, &owned(call, &joined)));
    assert_eq!(cluster.members(), [format!("{LIFE} {}", new.as_str())]);
    assert_eq!((cluster.get(&old).as_deref(), cluster.get(&new).as_deref()), (Some("gone"), Some("2")));

    let joined = cluster.join(&new);
    let call = Call::new(&scripts::SWAP_OWNED).key(&new).beside(&new).bytes(b"2").bytes(b"3").life(HOUR);
    assert!(matches!(cluster.outcome(&new, &owned(call, &joined)), Outcome::Done(None)));

    let touch = Call::new(&scripts::TOUCH).key(&new).beside(&new).life(HOUR).text(LIFE).clock(now());
    assert_eq!(cluster.run::<(u8, Option<String>)>(new.as_str(), &touch.text("").text("")), (1, None));
    let ten = Call::new(&scripts::TOUCH).key(&new).beside(&new).life(HOUR).text("72000").clock(now());
    let told: (u8, Option<String>) = cluster.run(new.as_str(), &ten.text("").text(""));
    assert_eq!(told, (2, Some(ME.to_owned())), "the index must hear of it first");

    let call = Call::new(&scripts::PAGE).index(ME).text("-inf").number(10).clock(now());
    let (_, looked_at, members): (Option<String>, usize, Vec<String>) = cluster.run(ME, &call);
    assert_eq!((looked_at, members), (1, vec![format!("{LIFE} {}", new.as_str())]));
    let call = Call::new(&scripts::LOOK).key(&new).beside(&new).text(ME);
    let (place, _, payload): (Option<u64>, i64, Option<String>) = cluster.run(new.as_str(), &call);
    assert!(place.is_some() && payload.as_deref() == Some("3"));

    let call = Call::new(&scripts::SWAP).key(&new).beside(&new).bytes(b"3").bytes(b"4").life(HOUR);
    cluster.forget(cluster.outcome(&new, &call));
    let call = Call::new(&scripts::RENAME).key(&new).key(&old).beside(&new);
    let call = call.bytes(b"4").bytes(b"5").life(HOUR).bytes(b"gone").life(HOUR);
    assert!(matches!(cluster.outcome(&new, &call), Outcome::Taken));
    let call = Call::new(&scripts::REMOVE).key(&old).beside(&old).bytes(b"").life(Life::Over);
    let removed: (bool, Option<String>, Option<String>, Option<String>) = cluster.run(old.as_str(), &call);
    assert!(removed.0 && removed.1.is_none());

    let joined = cluster.join(&old);
    let call = Call::new(&scripts::CREATE_OWNED).key(&old).beside(&old).bytes(b"6").life(HOUR);
    assert!(cluster.run::<bool>(old.as_str(), &owned(call, &joined)));
    let call = Call::new(&scripts::DISOWN).key(&old).beside(&old).text(ME).number(0).number(u64::MAX);
    assert_eq!(cluster.run::<u8>(old.as_str(), &call), 1);
    assert_eq!(cluster.get(&old), None);
    let call = Call::new(&scripts::DROP_RANGE).index(ME).text("-inf").text(&joined).number(60_000_000);
    assert_eq!(cluster.run::<u64>(ME, &call.clock(now())), 0, "it joined less than a minute ago");
    let call = Call::new(&scripts::DROP_RANGE).index(ME).text("-inf").text(&joined).number(0);
    assert_eq!(cluster.run::<u64>(ME, &call.clock(now())), 1);
}

/// Else this test could not fail.
#[test]
fn two_slots_in_one_script_are_refused() {
    let Some(cluster) = RedisCluster::for_test().map(Cluster) else { return };
    let [old, new] = ["aa", "ab"].map(|tag| StoreKey::new(format!("shop:{{{tag}}}:x")));
    let call =
        Call::new(&scripts::RENAME).key(&old).key(&new).beside(&old).bytes(b"1").bytes(b"2").life(HOUR);
    let answer = cluster.at::<Told>(old.as_str(), &call.bytes(b"").life(Life::Over).full());
    assert!(answer.unwrap_err().to_string().to_lowercase().contains("slot"));
}
