//! Builds instances of the known classes.

use super::node::{Id, Node, Nodes};
use crate::codec::DecodeError;
use crate::value::{Class, Object, Opaque, Value};

impl Nodes {
    /// Builds an instance of a class; `None` for arguments that Python never writes.
    pub(super) fn object(&mut self, class: Class, arguments: &[Id]) -> Result<Option<Node>, DecodeError> {
        match class {
            Class::Set | Class::FrozenSet | Class::OrderedDict | Class::Deque => {
                self.filled(class, arguments)
            }
            Class::Bytes if arguments.is_empty() => Ok(Some(Node::Value(Value::Bytes(Vec::new())))),
            Class::ByteArray => Ok(self.byte_array(arguments)),
            Class::Date | Class::Time | Class::DateTime => self.moment(class, arguments),
            // Its arguments are checked once the whole pickle has been read.
            _ => Ok(Some(Node::instance(class, arguments.to_vec()))),
        }
    }

    /// A collection with a copy of the parts of another one.
    fn filled(&mut self, class: Class, arguments: &[Id]) -> Result<Option<Node>, DecodeError> {
        let (parts, limit) = match *arguments {
            [] => (Some(Vec::new()), None),
            [parts] => (self.parts(parts)?, None),
            [parts, limit] if class == Class::Deque => (self.parts(parts)?, Some([parts, limit])),
            _ => (None, None),
        };
        let Some(parts) = parts else { return Ok(None) };
        Ok(match class {
            Class::Set => Some(Node::Set(parts)),
            Class::FrozenSet => Some(Node::FrozenSet(parts)),
            Class::Deque => Some(self.deque(parts, limit)?),
            _ => self.ordered(parts),
        })
    }

    /// A deque as Python 3 writes it: first empty, then filled.
    fn deque(&mut self, items: Vec<Id>, limit: Option<[Id; 2]>) -> Result<Node, DecodeError> {
        let arguments = match limit {
            None => Vec::new(),
            Some([none, limit]) if items.is_empty() => vec![none, limit],
            Some([_, limit]) => vec![self.add(Node::Tuple(Vec::new()))?, limit],
        };
        Ok(Node::Instance { class: Class::Deque, arguments, items, entries: Vec::new() })
    }

    fn ordered(&self, pairs: Vec<Id>) -> Option<Node> {
        let entries = pairs.into_iter().map(|pair| self.pair(pair)).collect::<Option<_>>()?;
        Some(Node::Instance { class: Class::OrderedDict, arguments: Vec::new(), items: Vec::new(), entries })
    }

    fn parts(&mut self, of: Id) -> Result<Option<Vec<Id>>, DecodeError> {
        let Some(Node::List(parts) | Node::Tuple(parts) | Node::Set(parts) | Node::FrozenSet(parts)) =
            self.get(of)
        else {
            return Ok(None);
        };
        let parts = parts.clone();
        self.charge(parts.len())?;
        Ok(Some(parts))
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

    fn byte_array(&self, arguments: &[Id]) -> Option<Node> {
        let bytes = match *arguments {
            [] => Vec::new(),
            [bytes] => self.bytes(bytes)?,
            [text, encoding] => self.encoded(text, encoding)?,
            _ => return None,
        };
        Some(Node::Value(Value::Opaque(Opaque::new(Object::ByteArray(bytes)))))
    }

    /// A date, a time or a datetime from its bytes and an optional zone. Bytes that Python 2 wrote may have been read as text.
    fn moment(&mut self, class: Class, arguments: &[Id]) -> Result<Option<Node>, DecodeError> {
        let Some((&state, zone)) = arguments.split_first() else { return Ok(None) };
        let state = match (self.get(state), self.bytes(state)) {
            (Some(Node::Value(Value::Bytes(_))), _) => state,
            (_, Some(bytes)) => self.add(Node::Value(Value::Bytes(bytes)))?,
            _ => return Ok(None),
        };
        Ok(Some(Node::instance(class, [&[state], zone].concat())))
    }
}
