//! Flask-Session's records, which contain only the data.

use super::records::{Found, RecordContents, Records, Successor, Unreadable, last_used};
use crate::clock::UnixTime;
use crate::codec::{Codec, DecodeError, EncodeError, Json, MsgPack, Pickle};
use crate::lifetime::{Lifetime, Lifetimes, Times};
use crate::manager::flask::FlaskEncoding;
use crate::manager::rules::{OWNER_KEY, PERMANENT_KEY, Rules};
use crate::session::{Device, StoredSession};
use crate::store::{Entry, StoreKey, Stored};
use crate::value::{Map, Value};

impl Records for FlaskEncoding {
    fn rules(&self) -> Rules {
        Rules::FLASK_RECORD
    }

    fn write(&self, _: &StoreKey, contents: &RecordContents<'_>, _: u64) -> Result<Vec<u8>, EncodeError> {
        match self {
            Self::MsgPack => MsgPack::default().encode(contents.data),
            Self::Json => Json::default().encode(contents.data),
            Self::Pickle => Pickle::default().encode(contents.data),
        }
    }

    /// Flask-Session leaves no trace of an ended id.
    fn tombstone(&self, _: &StoreKey, _: Option<&Successor>, _: UnixTime, _: u64) -> Option<Entry> {
        None
    }

    fn written(&self, _: &Stored) -> Option<UnixTime> {
        None
    }

    /// Tries the format that is written first, then the others, as Flask-Session 0.7 and later do; of pickle only plain data.
    fn parse(&self, _: &StoreKey, stored: &Stored, lifetimes: &Lifetimes, now: UnixTime) -> Found {
        let others = [Self::MsgPack, Self::Json, Self::Pickle].into_iter().filter(|other| other != self);
        let mut tried = [*self].into_iter().chain(others);
        let found = tried.find_map(|tried| Some((tried, decode(tried, &stored.payload).ok()?)));
        match found {
            Some((format, data)) => {
                let present = present(data, stored, &lifetimes.general, now);
                Found::Session { present, outdated: format != *self }
            }
            None => Found::Unreadable(not_understood(*self, &stored.payload)),
        }
    }
}

fn decode(encoding: FlaskEncoding, payload: &[u8]) -> Result<Map, DecodeError> {
    match encoding {
        FlaskEncoding::MsgPack => MsgPack::default().decode(payload),
        FlaskEncoding::Json => Json::default().decode(payload),
        FlaskEncoding::Pickle => Pickle::default().decode(payload),
    }
}

/// The error of the format that the record looks like.
fn not_understood(encoding: FlaskEncoding, payload: &[u8]) -> Unreadable {
    let looks_like = match payload {
        [b'{', ..] => FlaskEncoding::Json,
        [0x80, 2..=5, ..] => FlaskEncoding::Pickle,
        _ => encoding,
    };
    decode(looks_like, payload).map_or_else(Unreadable::NotUnderstood, |_| Unreadable::Corrupt)
}

/// The start of the session is not known, so its last use is taken as the start.
fn present(data: Map, stored: &Stored, lifetime: &Lifetime, now: UnixTime) -> StoredSession {
    let used = last_used(stored, lifetime, now);
    let owner = match data.get(OWNER_KEY) {
        Some(Value::Str(owner)) => Some(owner.clone()),
        _ => None,
    };
    StoredSession {
        is_permanent: data.get(PERMANENT_KEY).is_some_and(Value::is_truthy),
        times: Times { created: used, refreshed: used },
        timeouts: None,
        owner,
        device: Device::default(),
        is_presented: true,
        data,
    }
}
