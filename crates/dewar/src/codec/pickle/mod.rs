//! The plain data of Python's pickle.

mod integer;
mod opcode;
mod read;
mod text;
mod write;

use super::{Codec, DecodeError, EncodeError, Limits};
use crate::value::{Map, Value};

/// The plain-data part of Python's pickle, which Flask-Session stored before 0.7, and which cachelib stores.
///
/// In Python, unpickling can execute any code. This codec **executes nothing and imports nothing**. It reads protocols 0 to 5, as Python 2 and 3
/// write them:
///
/// | Python | becomes |
/// |---|---|
/// | `None`, `bool`, `int`, `float`, `str`, `bytes`, `list`, `tuple`, `dict` | the same |
/// | `str` of Python 2 | a text if it is UTF-8, otherwise bytes |
/// | `datetime.datetime`, naive or with an unnamed `datetime.timezone` in whole seconds | a datetime |
/// | `uuid.UUID`, `markupsafe.Markup` | the same |
/// | an `int` of more than 4,300 digits, `bytearray`, `set`, `frozenset`, `complex`, `range` | [`Value::Opaque`] |
/// | `collections.deque`, `defaultdict`, `Counter`, `OrderedDict` | [`Value::Opaque`] |
/// | `datetime.date`, `time`, `timedelta`, `timezone`; a `datetime` with `fold` or a zone that has a name, `zoneinfo.ZoneInfo` | [`Value::Opaque`] |
/// | `decimal.Decimal`, `fractions.Fraction`, `ipaddress.IPv4Address` and similar, a `uuid.UUID` with `is_safe` | [`Value::Opaque`] |
///
/// Only these classes are known, and only with the arguments that Python writes for them. An opaque value is written again as Python would write
/// it. Any other class, function or extension is [`DecodeError::NotPlainData`] as soon as the pickle names it. A list or a dict as a key is
/// [`EncodeError::UnsupportedKey`].
///
/// It writes protocol 5, with the same bytes as `pickle.dumps(session, protocol=5)` in CPython 3.11. A pickle records which of its objects are
/// the same object, but a [`Map`] does not. So every object is written as a new one, except those that exist only once in Python: the empty
/// text, texts of one character up to U+00FF, the same for bytes, and UTC.
///
/// An object that a pickle refers to many times counts each time, so that a small pickle cannot become a large session. An object that contains
/// itself is nested too deep.
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
    /// Sets the limits.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits }
    }
}

impl Codec for Pickle {
    fn encode_value(&self, value: &Value) -> Result<Vec<u8>, EncodeError> {
        write::write(self.limits, |writer| writer.value(value))
    }

    fn encode_map(&self, map: &Map) -> Result<Vec<u8>, EncodeError> {
        write::write(self.limits, |writer| writer.map(map))
    }

    fn decode_value(&self, bytes: &[u8]) -> Result<Value, DecodeError> {
        read::read(bytes, self.limits)
    }
}

#[cfg(test)]
mod tests;
