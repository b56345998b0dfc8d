//! The few classes and functions that are known by name, and what they make. Nothing of Python is called: each is rebuilt here.

use super::node::{Id, Node, Nodes};
use super::{datetime, text};
use crate::codec::DecodeError;
use crate::value::{Text, Value};

/// A class or function of Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    ByteArray,
    Bytes,
    DateTime,
    Decimal,
    Encode,
    FrozenSet,
    Markup,
    Object,
    OrderedDict,
    Reconstruct,
    Set,
    Str,
    TimeDelta,
    TimeZone,
    Uuid,
}

impl Class {
    /// The one of this name, in Python 3 or 2.
    pub(super) fn named(module: &str, name: &str) -> Option<Self> {
        Some(match (module, name) {
            ("builtins" | "__builtin__", "bytearray") => Self::ByteArray,
            ("builtins" | "__builtin__", "bytes") => Self::Bytes,
            ("builtins" | "__builtin__", "frozenset") => Self::FrozenSet,
            ("builtins" | "__builtin__", "object") => Self::Object,
            ("builtins" | "__builtin__", "set") => Self::Set,
            ("builtins", "str") | ("__builtin__", "unicode") => Self::Str,
            ("_codecs", "encode") => Self::Encode,
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("copyreg" | "copy_reg", "_reconstructor") => Self::Reconstruct,
            ("datetime", "datetime") => Self::DateTime,
            ("datetime", "timedelta") => Self::TimeDelta,
            ("datetime", "timezone") => Self::TimeZone,
            ("decimal", "Decimal") => Self::Decimal,
            ("flask" | "markupsafe", "Markup") => Self::Markup,
            ("uuid", "UUID") => Self::Uuid,
            _ => return None,
        })
    }
}

/// No known class or function takes more.
const MOST_ARGUMENTS: usize = 3;

impl Nodes {
    /// The class whose module and name are on the stack.
    pub(super) fn class_named(&self, module: Id, name: Id) -> Option<Class> {
        Class::named(self.text(module)?.as_str()?, self.text(name)?.as_str()?)
    }

    /// What a call makes; `None` for a call that is not known.
    pub(super) fn call(&mut self, called: Id, arguments: Id) -> Result<Option<Node>, DecodeError> {
        let Some((class, arguments)) = self.class_and_arguments(called, arguments) else { return Ok(None) };
        if let (Class::Set | Class::FrozenSet | Class::OrderedDict, &[parts]) = (class, arguments.as_slice())
        {
            return self.collection(class, parts);
        }
        let made = match (class, arguments.as_slice()) {
            (Class::Set, []) => Some(Node::Set(Vec::new())),
            (Class::FrozenSet, []) => Some(Node::Tuple(Vec::new())),
            (Class::OrderedDict, []) => Some(Node::Dict(Vec::new())),
            (Class::Bytes | Class::ByteArray, []) => Some(Node::Value(Value::Bytes(Vec::new()))),
            (Class::ByteArray, [bytes]) => self.state(*bytes).map(|bytes| Node::Value(Value::Bytes(bytes))),
            (Class::ByteArray | Class::Encode, [text, encoding]) => self.encoded(*text, *encoding),
            (Class::DateTime, [state]) => self.datetime(*state, None),
            (Class::DateTime, [state, zone]) => self.datetime(*state, Some(*zone)),
            (Class::TimeDelta, &[days, seconds, micros]) => self.offset(days, seconds, micros),
            (Class::TimeZone, [offset] | [offset, _]) => self.zone(*offset),
            (Class::Decimal, [text]) => self.text(*text).map(|text| Node::Value(Value::Str(text.clone()))),
            (Class::Reconstruct, &[class, base, state]) => self.reconstructed(class, base, state),
            _ => None,
        };
        Ok(made)
    }

    /// A new object of a class; `None` for one that is not known.
    pub(super) fn create(&self, class: Id, arguments: Id) -> Option<Node> {
        match self.class_and_arguments(class, arguments)? {
            (Class::Uuid, arguments) if arguments.is_empty() => Some(Node::BlankUuid),
            (Class::Markup, arguments) => match arguments.as_slice() {
                [text] => self.markup(*text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Tells a blank UUID which it is; `None` for any other object or state.
    pub(super) fn build(&mut self, object: Id, state: Id) -> Option<()> {
        let (Some(Node::BlankUuid), Some(Node::Dict(entries))) = (self.get(object), self.get(state)) else {
            return None;
        };
        let mut number = None;
        for &(key, value) in entries {
            match (self.text(key)?.as_str()?, self.get(value)?) {
                ("int", Node::Value(Value::Int(int))) => number = Some(u128::try_from(*int).ok()?),
                ("int", Node::Value(Value::BigInt(int))) => number = Some(int.as_str().parse().ok()?),
                ("is_safe", Node::Value(Value::Int(_) | Value::Null)) => {}
                _ => return None,
            }
        }
        *self.get_mut(object)? = Node::Value(Value::Uuid(number?.to_be_bytes()));
        Some(())
    }

    fn class_and_arguments(&self, class: Id, arguments: Id) -> Option<(Class, Vec<Id>)> {
        match (self.get(class)?, self.get(arguments)?) {
            (Node::Class(class), Node::Tuple(arguments)) if arguments.len() <= MOST_ARGUMENTS => {
                Some((*class, arguments.clone()))
            }
            _ => None,
        }
    }

    /// A collection of the parts of another, which stays as it is.
    fn collection(&mut self, class: Class, parts: Id) -> Result<Option<Node>, DecodeError> {
        let Some(Node::List(parts) | Node::Tuple(parts) | Node::Set(parts)) = self.get(parts) else {
            return Ok(None);
        };
        let count = parts.len();
        let parts = parts.clone();
        self.charge(count)?;
        Ok(match class {
            Class::Set => Some(Node::Set(parts)),
            Class::FrozenSet => Some(Node::Tuple(parts)),
            _ => parts.into_iter().map(|part| self.pair(part)).collect::<Option<_>>().map(Node::Dict),
        })
    }

    fn pair(&self, pair: Id) -> Option<(Id, Id)> {
        match self.get(pair)? {
            Node::List(pair) | Node::Tuple(pair) => match pair.as_slice() {
                &[key, value] => Some((key, value)),
                _ => None,
            },
            _ => None,
        }
    }

    fn encoded(&self, text: Id, encoding: Id) -> Option<Node> {
        let is_latin1 = matches!(self.text(encoding)?.as_str()?, "latin1" | "latin-1");
        let bytes = text::to_latin1(self.text(text)?).filter(|_| is_latin1)?;
        Some(Node::Value(Value::Bytes(bytes)))
    }

    fn datetime(&self, state: Id, zone: Option<Id>) -> Option<Node> {
        let offset = match zone.map(|zone| self.get(zone)) {
            None => None,
            Some(Some(Node::Zone(offset))) => Some(*offset),
            Some(_) => return None,
        };
        datetime::read(&self.state(state)?, offset).map(|date| Node::Value(Value::DateTime(date)))
    }

    fn offset(&self, days: Id, seconds: Id, micros: Id) -> Option<Node> {
        datetime::offset(self.int(days)?, self.int(seconds)?, self.int(micros)?).map(Node::Offset)
    }

    fn zone(&self, offset: Id) -> Option<Node> {
        match self.get(offset)? {
            Node::Offset(offset) => Some(Node::Zone(*offset)),
            _ => None,
        }
    }

    fn reconstructed(&self, class: Id, base: Id, state: Id) -> Option<Node> {
        match (self.get(class)?, self.get(base)?, self.get(state)?) {
            (Node::Class(Class::Uuid), Node::Class(Class::Object), Node::Value(Value::Null)) => {
                Some(Node::BlankUuid)
            }
            (Node::Class(Class::Markup), Node::Class(Class::Str), _) => self.markup(state),
            _ => None,
        }
    }

    fn markup(&self, text: Id) -> Option<Node> {
        self.text(text).map(|text| Node::Value(Value::Markup(text.clone())))
    }

    /// Bytes; those of Python 2 may have been read as text.
    fn state(&self, id: Id) -> Option<Vec<u8>> {
        match self.get(id)? {
            Node::Value(Value::Bytes(bytes)) => Some(bytes.clone()),
            Node::Value(Value::Str(text)) => Some(text.as_str()?.as_bytes().to_vec()),
            _ => None,
        }
    }

    fn text(&self, id: Id) -> Option<&Text> {
        match self.get(id)? {
            Node::Value(Value::Str(text)) => Some(text),
            _ => None,
        }
    }

    fn int(&self, id: Id) -> Option<i64> {
        match self.get(id)? {
            Node::Value(Value::Int(int)) => Some(*int),
            _ => None,
        }
    }
}
