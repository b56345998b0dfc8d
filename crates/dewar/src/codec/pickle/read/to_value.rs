//! Copies the value of a pickle out of its objects, once the whole pickle has been read. Each reference counts against the limits.

use super::call::Named;
use super::node::{Id, Node, Nodes};
use crate::codec::limits::Budget;
use crate::codec::pickle::text;
use crate::codec::{DecodeError, Limits};
use crate::value::{Class, Dict, Instance, Object, Opaque, Plain, Value};

/// The value of an object; an error is reported at `at`.
pub(super) fn to_value(nodes: &Nodes, id: Id, limits: Limits, at: usize) -> Result<Value, DecodeError> {
    Copy { nodes, budget: Budget::new(limits), bytes: 0, at }.value(id)
}

struct Copy<'a> {
    nodes: &'a Nodes,
    budget: Budget,
    bytes: usize,
    at: usize,
}

impl<'a> Copy<'a> {
    fn value(&mut self, id: Id) -> Result<Value, DecodeError> {
        self.budget.item()?;
        match self.nodes.get(id) {
            Some(Node::Value(value)) => self.plain(value),
            Some(Node::List(items)) => Ok(Value::List(self.items(items)?)),
            Some(Node::Tuple(items)) => Ok(Value::Tuple(self.items(items)?)),
            Some(Node::Set(items)) => Ok(opaque(Object::Set(self.keys(items)?))),
            Some(Node::FrozenSet(items)) => Ok(opaque(Object::FrozenSet(self.keys(items)?))),
            Some(Node::Dict(entries)) => self.dict(entries),
            Some(node @ Node::Instance { .. }) => self.instance(node),
            _ => Err(DecodeError::NotPlainData { at: self.at }),
        }
    }

    /// A value with many references is copied each time.
    fn plain(&mut self, value: &Value) -> Result<Value, DecodeError> {
        self.bytes += match value {
            Value::Str(text) | Value::Markup(text) => text::byte_len(text),
            Value::Bytes(bytes) => bytes.len(),
            // Three digits need more than one byte.
            Value::BigInt(number) => number.as_str().len() / 3,
            Value::Opaque(opaque) => match opaque.object() {
                Object::Int(bytes) | Object::ByteArray(bytes) => bytes.len(),
                _ => 0,
            },
            _ => 0,
        };
        self.budget.bytes(self.bytes)?;
        Ok(value.clone())
    }

    fn items(&mut self, items: &[Id]) -> Result<Vec<Value>, DecodeError> {
        self.budget.enter()?;
        self.budget.has_items(items.len())?;
        let values = items.iter().map(|&item| self.value(item)).collect();
        self.budget.leave();
        values
    }

    /// Items that Python can hash.
    fn keys(&mut self, items: &[Id]) -> Result<Vec<Value>, DecodeError> {
        let items = self.items(items)?;
        items.into_iter().map(|item| self.hashable(item)).collect()
    }

    fn dict(&mut self, entries: &[(Id, Id)]) -> Result<Value, DecodeError> {
        let mut dict = Dict::new();
        for (key, value) in self.entries(entries)? {
            dict.insert(key, value);
        }
        Ok(dict.into_value())
    }

    fn entries(&mut self, entries: &[(Id, Id)]) -> Result<Vec<(Value, Value)>, DecodeError> {
        self.budget.enter()?;
        self.budget.has_items(entries.len())?;
        let mut pairs = Vec::new();
        for &(key, value) in entries {
            let key = self.value(key)?;
            pairs.push((self.hashable(key)?, self.value(value)?));
        }
        self.budget.leave();
        Ok(pairs)
    }

    fn hashable(&self, key: Value) -> Result<Value, DecodeError> {
        match is_hashable(&key) {
            true => Ok(key),
            false => Err(DecodeError::Malformed { at: self.at, expected: "keys that can be hashed" }),
        }
    }

    fn instance(&mut self, node: &'a Node) -> Result<Value, DecodeError> {
        let Node::Instance { class, arguments, items, entries } = node else {
            return Err(DecodeError::NotPlainData { at: self.at });
        };
        if !class.is_container() {
            let arguments = arguments.iter().map(|&part| self.part(*class, part));
            let arguments = arguments.collect::<Result<_, DecodeError>>()?;
            return self.checked(Instance {
                class: *class,
                arguments,
                items: Vec::new(),
                entries: Vec::new(),
            });
        }
        let arguments = match class {
            Class::DefaultDict => self.factory(arguments)?,
            _ => self.items(arguments)?,
        };
        let (items, entries) = (self.items(items)?, self.entries(entries)?);
        self.checked(Instance { class: *class, arguments, items, entries })
    }

    fn checked(&self, made: Instance) -> Result<Value, DecodeError> {
        if !made.is_valid() {
            return Err(DecodeError::NotPlainData { at: self.at });
        }
        let made = Opaque::new(Object::Instance(made));
        Ok(plain_datetime(&made).unwrap_or(Value::Opaque(made)))
    }

    /// An argument that can only be an instance of a simpler class: a datetime contains a zone, and a zone contains a duration. It does not
    /// count as another level.
    fn part(&mut self, holder: Class, id: Id) -> Result<Value, DecodeError> {
        self.budget.item()?;
        match self.nodes.get(id) {
            Some(Node::Value(value)) => self.plain(value),
            Some(node @ Node::Instance { class, .. }) if class.levels() < holder.levels() => {
                self.instance(node)
            }
            _ => Err(DecodeError::NotPlainData { at: self.at }),
        }
    }

    /// The class that a `defaultdict` calls for a missing key: the only place where a class is allowed.
    fn factory(&mut self, arguments: &[Id]) -> Result<Vec<Value>, DecodeError> {
        match *arguments {
            [factory] => match self.nodes.get(factory) {
                Some(Node::Named(Named::Class(class))) => {
                    self.budget.item()?;
                    Ok(vec![opaque(Object::Class(*class))])
                }
                _ => self.items(arguments),
            },
            _ => self.items(arguments),
        }
    }
}

fn opaque(object: Object) -> Value {
    Value::Opaque(Opaque::new(object))
}

/// The [`Value::DateTime`] of a datetime that loses nothing by it: without a fold, and without a named zone.
fn plain_datetime(made: &Opaque) -> Option<Value> {
    let Object::Instance(Instance { class: Class::DateTime, arguments, .. }) = made.object() else {
        return None;
    };
    let has_fold = matches!(arguments.first(), Some(Value::Bytes(state)) if state.get(2).is_some_and(|month| month & 0x80 != 0));
    let has_name = arguments.get(1).is_some_and(has_name);
    match made.plain().filter(|_| !has_fold && !has_name)? {
        Plain::DateTime(date) => Some(Value::DateTime(date)),
        _ => None,
    }
}

fn has_name(zone: &Value) -> bool {
    matches!(zone, Value::Opaque(zone) if matches!(zone.object(), Object::Instance(zone) if zone.arguments.len() > 1))
}

/// Whether Python accepts a value as a key.
pub(in crate::codec::pickle) fn is_hashable(key: &Value) -> bool {
    match key {
        Value::List(_) | Value::Map(_) | Value::Pairs(_) => false,
        Value::Tuple(items) => items.iter().all(is_hashable),
        Value::Opaque(opaque) => opaque.is_hashable(),
        _ => true,
    }
}
