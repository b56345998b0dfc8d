//! The objects of a pickle while it is read, and the value that they make in the end.
//!
//! Objects refer to each other by number, as a pickle may name one many times and fill it afterwards. Only when all is read is
//! the value copied out, and there each reference counts.

use super::object::Class;
use super::text;
use crate::codec::limits::Budget;
use crate::codec::{DecodeError, Limits};
use crate::value::{Dict, Value};

/// An object's number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id(u32);

/// An object.
pub(super) enum Node {
    /// One without parts.
    Value(Value),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    Set(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    Class(Class),
    /// A `UUID` before it is told which.
    BlankUuid,
    /// A `timedelta` in seconds, of the kind that a zone has.
    Offset(i32),
    /// A `timezone`.
    Zone(i32),
}

/// All objects of a pickle.
pub(super) struct Nodes {
    nodes: Vec<Node>,
    budget: Budget,
}

impl Nodes {
    pub(super) fn new(limits: Limits) -> Self {
        Self { nodes: Vec::new(), budget: Budget::new(limits) }
    }

    pub(super) fn add(&mut self, node: Node) -> Result<Id, DecodeError> {
        self.budget.item()?;
        self.nodes.push(node);
        Ok(Id((self.nodes.len() - 1) as u32))
    }

    pub(super) fn get(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Node> {
        self.nodes.get_mut(id.0 as usize)
    }

    /// Takes so many from what there may still be: for a copy of a container's parts.
    pub(super) fn charge(&mut self, count: usize) -> Result<(), DecodeError> {
        (0..count).try_for_each(|_| Ok(self.budget.item()?))
    }

    /// The value that an object is; `at` is where to say it stands if it is none.
    pub(super) fn value(&self, id: Id, limits: Limits, at: usize) -> Result<Value, DecodeError> {
        Copy { nodes: &self.nodes, budget: Budget::new(limits), octets: 0, at }.value(id)
    }
}

/// Copies values out.
struct Copy<'a> {
    nodes: &'a [Node],
    budget: Budget,
    octets: usize,
    at: usize,
}

impl Copy<'_> {
    fn value(&mut self, id: Id) -> Result<Value, DecodeError> {
        self.budget.item()?;
        match self.nodes.get(id.0 as usize) {
            Some(Node::Value(value)) => self.plain(value),
            Some(Node::List(items) | Node::Set(items)) => Ok(Value::List(self.items(items)?)),
            Some(Node::Tuple(items)) => Ok(Value::Tuple(self.items(items)?)),
            Some(Node::Dict(entries)) => self.dict(entries),
            _ => Err(DecodeError::NotPlainData { at: self.at }),
        }
    }

    /// A value that many refer to takes its place many times.
    fn plain(&mut self, value: &Value) -> Result<Value, DecodeError> {
        self.octets += match value {
            Value::Str(text) | Value::Markup(text) => text::octets(text),
            Value::Bytes(bytes) => bytes.len(),
            // Three digits take more than a byte.
            Value::BigInt(number) => number.as_str().len() / 3,
            _ => 0,
        };
        self.budget.bytes(self.octets)?;
        Ok(value.clone())
    }

    fn items(&mut self, items: &[Id]) -> Result<Vec<Value>, DecodeError> {
        self.budget.enter()?;
        self.budget.has_items(items.len())?;
        let values = items.iter().map(|&item| self.value(item)).collect();
        self.budget.leave();
        values
    }

    fn dict(&mut self, entries: &[(Id, Id)]) -> Result<Value, DecodeError> {
        self.budget.enter()?;
        self.budget.has_items(entries.len())?;
        let mut dict = Dict::new();
        for &(key, value) in entries {
            let key = self.value(key)?;
            if !is_hashable(&key) {
                return Err(DecodeError::Malformed { at: self.at, expected: "keys that can be hashed" });
            }
            dict.insert(key, self.value(value)?);
        }
        self.budget.leave();
        Ok(dict.into_value())
    }
}

/// What Python takes as a key.
pub(super) fn is_hashable(key: &Value) -> bool {
    match key {
        Value::List(_) | Value::Map(_) | Value::Pairs(_) => false,
        Value::Tuple(items) => items.iter().all(is_hashable),
        _ => true,
    }
}
