//! The objects of a pickle during reading.
//!
//! Objects refer to each other by number, since a pickle may refer to an object many times and fill it later.

use super::call::Named;
use crate::codec::limits::Budget;
use crate::codec::{DecodeError, Limits};
use crate::value::{Class, Value};

/// The number of an object.
#[derive(Debug, Clone, Copy)]
pub(super) struct Id(u32);

/// An object.
pub(super) enum Node {
    /// An object without parts.
    Value(Value),
    List(Vec<Id>),
    Tuple(Vec<Id>),
    Set(Vec<Id>),
    FrozenSet(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// A class or a function.
    Named(Named),
    /// A `UUID` without its state.
    BlankUuid,
    /// An instance of a class, and what was added to it.
    Instance {
        class: Class,
        arguments: Vec<Id>,
        items: Vec<Id>,
        entries: Vec<(Id, Id)>,
    },
}

impl Node {
    /// An instance to which nothing has been added yet.
    pub(super) fn instance(class: Class, arguments: Vec<Id>) -> Self {
        Self::Instance { class, arguments, items: Vec::new(), entries: Vec::new() }
    }
}

/// All objects of a pickle.
pub(super) struct Nodes {
    nodes: Vec<Node>,
    budget: Budget,
    /// Where the current opcode is.
    pub(super) at: usize,
}

impl Nodes {
    pub(super) fn new(limits: Limits) -> Self {
        Self { nodes: Vec::new(), budget: Budget::new(limits), at: 0 }
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

    /// Counts `count` more items against the limits, for a copy of a container's parts.
    pub(super) fn charge(&mut self, count: usize) -> Result<(), DecodeError> {
        (0..count).try_for_each(|_| Ok(self.budget.item()?))
    }
}
