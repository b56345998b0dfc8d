//! Pickle: the part of it that is plain data.

mod copy;
mod datetime;
mod frames;
mod input;
mod integer;
mod kept;
mod machine;
mod made;
mod memo;
mod named;
mod node;
mod object;
mod opcode;
mod reader;
mod rebuilt;
mod scalar;
mod shared;
mod text;
mod writer;

use self::writer::Writer;
use super::{Codec, DecodeError, EncodeError, Limits, blame, limits};
use crate::value::{Map, Value};

/// Python's pickle, as far as it is data: what Flask-Session kept before 0.7, and what cachelib keeps.
///
/// Unpickling executes what a pickle says; this codec **executes nothing and imports nothing**. It reads protocols 0 to 5, as
/// Python 2 and 3 write them:
///
/// | Python | becomes |
/// |---|---|
/// | `None`, `bool`, `int`, `float`, `str`, `bytes`, `list`, `tuple`, `dict` | the same |
/// | `str` of Python 2 | a text if it is UTF-8, else bytes |
/// | `datetime.datetime`, naive or with an unnamed `datetime.timezone` in whole seconds | a datetime |
/// | `uuid.UUID`, `markupsafe.Markup` | the same |
/// | an `int` of more than 4,300 digits, `bytearray`, `set`, `frozenset`, `complex`, `range` | kept: [`Value::Opaque`] |
/// | `collections.deque`, `defaultdict`, `Counter`, `OrderedDict` | kept |
/// | `datetime.date`, `time`, `timedelta`, `timezone`; a `datetime` with `fold` or a zone that has a name, `zoneinfo.ZoneInfo` | kept |
/// | `decimal.Decimal`, `fractions.Fraction`, `ipaddress.IPv4Address` and its kin, a `uuid.UUID` with `is_safe` | kept |
///
/// These few are known by name and rebuilt here, with the arguments that Python writes for them and no others; what is kept is
/// written again as Python would. Any other class, function or extension is [`DecodeError::NotPlainData`], as soon as it is
/// named and wherever it stands.
///
/// It writes protocol 5, the octets of CPython 3.11's `pickle.dumps(session, protocol=5)`. A pickle also tells which of its
/// objects were one and the same; a [`Map`] does not know that, so here each is its own, but those which Python never has
/// twice: the empty text, texts of one letter up to U+00FF, the same of bytes, and UTC.
///
/// An object that a pickle refers to many times is counted each time, so that a small pickle cannot become a large session;
/// one that contains itself is nested too deep.
///
/// ```
/// use dewar::codec::{Codec, DecodeError, Pickle};
/// use dewar::value::Map;
///
/// let session = Map::from([("a", 1)]);
/// let bytes = Pickle::default().encode(&session).unwrap();
/// assert_eq!(bytes, b"\x80\x05\x95\x0a\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01a\x94K\x01s.");
/// assert_eq!(Pickle::default().decode(&bytes).unwrap(), session);
///
/// let attack = b"cos\nsystem\n(S'rm -rf /'\ntR.";
/// assert_eq!(Pickle::default().decode(attack), Err(DecodeError::NotPlainData { at: 0 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pickle {
    limits: Limits,
}

impl Pickle {
    /// The same with other limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits }
    }

    /// Writes any value.
    ///
    /// # Errors
    ///
    /// [`EncodeError::UnsupportedKey`] for a list or a dict as a key; beyond the limits.
    pub fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        let mut writer = Writer::new(self.limits);
        writer.value(value)?;
        writer.finish()
    }

    /// Reads any value.
    ///
    /// # Errors
    ///
    /// For what is no pickle of plain data, for anything after it, and beyond the limits.
    pub fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        reader::read(bytes, self.limits)
    }
}

impl Codec for Pickle {
    fn encode(&self, data: &Map) -> Result<Vec<u8>, EncodeError> {
        let write = |data: &Map| {
            let mut writer = Writer::new(self.limits);
            writer.map(data)?;
            writer.finish()
        };
        write(data).map_err(|error| blame::name_key(data, error, write))
    }

    fn decode(&self, bytes: &[u8]) -> Result<Map, DecodeError> {
        limits::session(self.decode_value(bytes)?)
    }
}

#[cfg(test)]
mod tests;
