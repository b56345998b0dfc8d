//! Redis: a numbered database for each.

use dewar_servers::Redis;

use super::engine::{Engine, Place, Stored};

/// Hexadecimal, since `redis-cli` prints text.
const ALL: &str = r"
local found = {}
for i, key in ipairs(redis.call('KEYS', '*')) do
    local value = redis.call('GET', key):gsub('.', function(c) return string.format('%02x', string.byte(c)) end)
    found[i] = key .. ' ' .. value .. ' ' .. redis.call('PTTL', key)
end
return found
";

pub(in crate::twins::in_store) struct RedisDatabases(pub(in crate::twins::in_store) Redis);

impl RedisDatabases {
    pub(super) fn start() -> Option<Self> {
        Redis::for_test().map(Self)
    }

    fn command(&self, place: Place, words: &[&str]) -> String {
        self.0.command(&[&["-n", &database(place).to_string()], words].concat()).unwrap()
    }
}

/// The number of its database.
pub(in crate::twins::in_store) fn database(place: Place) -> u32 {
    match place {
        Place::Theirs => 1,
        Place::Ours => 2,
        Place::Shared => 3,
    }
}

impl Engine for RedisDatabases {
    fn url_for_flask(&self, place: Place) -> String {
        self.0.url().replace("/0", &format!("/{}", database(place)))
    }

    fn settings(&self, place: Place) -> Vec<(&'static str, String)> {
        vec![("SESSION_TYPE", "redis".to_owned()), ("SESSION_REDIS", self.url_for_flask(place))]
    }

    fn empty(&self, place: Place) {
        self.command(place, &["FLUSHDB"]);
    }

    fn stored(&self, place: Place) -> Vec<Stored> {
        let printed = self.command(place, &["EVAL", ALL, "0"]);
        printed.lines().filter(|line| !line.is_empty()).map(record).collect()
    }

    fn overwrite(&self, place: Place, key: &str, payload: &[u8]) {
        self.command(place, &["SET", key, std::str::from_utf8(payload).unwrap(), "KEEPTTL"]);
    }
}

fn record(line: &str) -> Stored {
    let [key, payload, left] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    Stored {
        key: key.to_owned(),
        payload: super::hex::bytes(payload),
        left: left.parse().unwrap(),
        precision: 0,
    }
}

#[test]
fn records_are_read_as_they_are() {
    let Some(redis) = RedisDatabases::start() else { return };
    redis.command(Place::Ours, &["SET", "pabc", "\n é", "EX", "100"]);
    let [Stored { key, payload, left, .. }] = &redis.stored(Place::Ours)[..] else { panic!("one record") };
    assert_eq!((key.as_str(), payload.as_slice()), ("pabc", "\n é".as_bytes()));
    assert!((90_000..=100_000).contains(left), "{left}");
    assert!(redis.stored(Place::Theirs).is_empty());
}
