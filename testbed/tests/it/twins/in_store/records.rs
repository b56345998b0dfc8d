//! The records in a database of a Redis.

use std::time::Instant;

use dewar::store::Bytes;
use dewar_servers::Redis;

use super::form;

/// Hexadecimal, since `redis-cli` prints text.
const ALL: &str = r"
local found = {}
for i, key in ipairs(redis.call('KEYS', '*')) do
    local value = redis.call('GET', key):gsub('.', function(c) return string.format('%02x', string.byte(c)) end)
    found[i] = key .. ' ' .. value .. ' ' .. redis.call('PTTL', key)
end
return found
";

/// A record, without what is random.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Record {
    /// What stands before the id, and the id's form.
    pub(super) key: (String, String),
    pub(super) payload: Bytes,
    /// How long it is stored.
    pub(super) seconds: i64,
}

impl Record {
    /// Under this prefix, with an id of 32 bytes.
    pub(super) fn new(prefix: &str, payload: impl Into<Bytes>, seconds: i64) -> Self {
        Self { key: (prefix.to_owned(), "43".to_owned()), payload: payload.into(), seconds }
    }
}

/// All records of a database. A record whose end fits a write since `begun` with a lifetime of `seconds` is shown
/// with exactly that lifetime.
pub(super) fn records(
    redis: &Redis,
    database: u32,
    prefix: &str,
    seconds: i64,
    begun: Instant,
) -> Vec<Record> {
    let printed = redis.command(&["-n", &database.to_string(), "EVAL", ALL, "0"]).unwrap();
    let mut records: Vec<Record> =
        printed.lines().filter(|line| !line.is_empty()).map(|line| record(line, prefix)).collect();
    let (most, passed) = (seconds * 1000, i64::try_from(begun.elapsed().as_millis()).unwrap() + 1);
    for record in &mut records {
        if (most - passed..=most).contains(&record.seconds) {
            record.seconds = seconds;
        }
    }
    records.sort();
    records
}

/// With milliseconds in place of seconds.
fn record(line: &str, prefix: &str) -> Record {
    let [key, payload, left] = line.split(' ').collect::<Vec<_>>()[..] else { panic!("{line}") };
    let id = key.strip_prefix(prefix).expect("the prefix");
    let payload = payload
        .as_bytes()
        .chunks(2)
        .map(|digits| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
    Record { key: (prefix.to_owned(), form(id)), payload: payload.collect(), seconds: left.parse().unwrap() }
}

#[test]
fn records_are_read_as_they_are() {
    let Some(redis) = Redis::for_test() else { return };
    let begun = Instant::now();
    redis.command(&["-n", "3", "SET", "pabc", "\n é", "EX", "100"]).unwrap();
    let found = records(&redis, 3, "p", 100, begun);
    assert_eq!(found, [Record { key: ("p".into(), "3".into()), payload: "\n é".into(), seconds: 100 }]);
    let left = records(&redis, 3, "p", 101, begun)[0].seconds;
    assert!((90_000..=100_000).contains(&left), "in milliseconds, as it is not what was meant: {left}");
}
