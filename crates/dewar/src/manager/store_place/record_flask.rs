//! Flask-Session's records, which contain only the data.

use super::records::{Found, Unreadable, last_used};
use crate::clock::UnixTime;
use crate::codec::{Codec, DecodeError, EncodeError, Json, MsgPack, Pickle};
use crate::lifetime::{Lifetime, Times};
use crate::manager::rules::{OWNER_KEY, PERMANENT_KEY};
use crate::manager::server_side::FlaskEncoding;
use crate::session::{Device, StoredSession};
use crate::store::Stored;
use crate::value::{Map, Value};

pub(super) fn write(encoding: FlaskEncoding, data: &Map) -> Result<Vec<u8>, EncodeError> {
    match encoding {
        FlaskEncoding::MsgPack => MsgPack::default().encode(data),
        FlaskEncoding::Json => Json::default().encode(data),
        FlaskEncoding::Pickle => Pickle::default().encode(data),
    }
}

/// Tries the format that is written first, then the others, as Flask-Session 0.7 and later do; of pickle only plain data.
pub(super) fn read(encoding: FlaskEncoding, stored: &Stored, lifetime: &Lifetime, now: UnixTime) -> Found {
    let others = [FlaskEncoding::MsgPack, FlaskEncoding::Json, FlaskEncoding::Pickle]
        .into_iter()
        .filter(|other| *other != encoding);
    let mut tried = [encoding].into_iter().chain(others);
    let found = tried.find_map(|tried| Some((tried, decode(tried, &stored.payload).ok()?)));
    match found {
        Some((format, data)) => {
            let present = present(data, stored, lifetime, now);
            Found::Session { present, outdated: format != encoding }
        }
        None => Found::Unreadable(not_understood(encoding, &stored.payload)),
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
