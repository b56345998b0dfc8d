//! Values of other programs that have no variant in [`Value`].

mod class;
mod plain;
#[cfg(feature = "flask")]
mod python;
mod shape;

pub(crate) use self::class::Class;
pub(crate) use self::plain::Plain;
use self::plain::datetime;
use super::Value;

/// A value of another program that has no variant in [`Value`]: a Python `date`, `set`, `Decimal`, `deque`, …
///
/// It is stored and written back unchanged, so that changing another key of the session loses nothing. It is never executed. Only types
/// that are plain data are accepted; a session with any other object is not read.
///
/// If there is a close plain value ([`Opaque::to_value`]), [`from_value`](super::from_value) returns that, and formats that cannot
/// represent the original write it. A program cannot create an opaque value, only replace it with another value.
#[derive(Debug, Clone, PartialEq)]
pub struct Opaque(Box<Object>);

/// The content of an [`Opaque`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Object {
    /// An integer of more than 4,300 digits, in two's complement, low byte first.
    Int(Vec<u8>),
    ByteArray(Vec<u8>),
    Set(Vec<Value>),
    FrozenSet(Vec<Value>),
    /// A UUID with `is_safe`: 0 or −1.
    Uuid {
        uuid: [u8; 16],
        safety: i64,
    },
    /// A class itself.
    Class(Class),
    Instance(Instance),
    /// An extension type of MessagePack.
    Extension {
        code: i8,
        content: Vec<u8>,
    },
}

/// An object that Python makes by calling a class and then fills.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Instance {
    pub(crate) class: Class,
    pub(crate) arguments: Vec<Value>,
    /// The items that are appended to it.
    pub(crate) items: Vec<Value>,
    /// The keys that are set in it.
    pub(crate) entries: Vec<(Value, Value)>,
}

impl Opaque {
    pub(crate) fn new(object: Object) -> Self {
        Self(Box::new(object))
    }

    pub(crate) fn object(&self) -> &Object {
        &self.0
    }

    /// Returns Python's name of the type: `date`, `set`, `Decimal`, …
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &*self.0 {
            Object::Int(_) => "int",
            Object::ByteArray(_) => "bytearray",
            Object::Set(_) => "set",
            Object::FrozenSet(_) => "frozenset",
            Object::Uuid { .. } => "UUID",
            Object::Class(_) => "type",
            Object::Instance(made) => made.class.name(),
            Object::Extension { .. } => "Ext",
        }
    }

    /// The name in an error message, for a value without a close plain one.
    pub(super) fn description(&self) -> &'static str {
        match &*self.0 {
            Object::Int(_) => "integer beyond 4,300 digits",
            Object::Class(_) => "class of Python",
            Object::Extension { .. } => "extension type of MessagePack",
            _ => self.kind(),
        }
    }

    /// Returns the closest plain value, as msgspec writes it: a list for a `set`, `frozenset` or `deque`, a dict for an `OrderedDict`,
    /// `defaultdict` or `Counter`, the text of a `date`, `time`, `timedelta` or `Decimal`. Returns `None` if there is none, as for a
    /// `complex`.
    #[must_use]
    pub fn to_value(&self) -> Option<Value> {
        self.plain().map(|plain| plain.to_value())
    }

    /// Python's `bool(value)`.
    pub(super) fn is_truthy(&self) -> bool {
        match (&*self.0, self.plain()) {
            (Object::Instance(made), _) if made.class == Class::Complex => {
                made.arguments.iter().any(Value::is_truthy)
            }
            (Object::Instance(made), _) if made.class == Class::TimeDelta => {
                made.arguments.iter().any(Value::is_truthy)
            }
            (Object::Instance(made), _) if made.class == Class::Decimal => !made.is_zero(),
            (_, Some(Plain::Items(items))) => !items.is_empty(),
            (_, Some(Plain::Entries(entries))) => !entries.is_empty(),
            (_, Some(Plain::Bytes(bytes))) => !bytes.is_empty(),
            (_, Some(Plain::Same(value))) => value.is_truthy(),
            _ => true,
        }
    }
}

impl Instance {
    /// Whether a `Decimal` is zero, whatever its exponent.
    fn is_zero(&self) -> bool {
        let Some(text) = self.arguments.first().and_then(Value::as_str) else { return false };
        let digits = text.split(['e', 'E']).next().unwrap_or_default();
        digits.contains('0') && digits.bytes().all(|byte| matches!(byte, b'0' | b'.' | b'-' | b'+'))
    }
}
