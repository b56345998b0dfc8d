//! The stack machine of pickle: a stack with marks, and a memo.

use std::collections::BTreeMap;

use super::node::{Id, Node, Nodes};
use crate::codec::{DecodeError, Limits};
use crate::value::Class;

/// The machine: all objects, the stack, and the memo.
pub(super) struct Machine {
    pub(super) nodes: Nodes,
    pub(super) memo: Memo,
    stack: Vec<Id>,
    marks: Vec<usize>,
}

impl Machine {
    pub(super) fn new(limits: Limits) -> Self {
        let memo = Memo::new(limits.items);
        Self { nodes: Nodes::new(limits), memo, stack: Vec::new(), marks: Vec::new() }
    }

    pub(super) fn push(&mut self, node: Node) -> Result<(), DecodeError> {
        let id = self.nodes.add(node)?;
        self.stack.push(id);
        Ok(())
    }

    pub(super) fn push_again(&mut self, id: Id) {
        self.stack.push(id);
    }

    pub(super) fn pop(&mut self) -> Result<Id, DecodeError> {
        self.pop_many().map(|[id]| id)
    }

    /// Pops the last `N` objects, in the order in which they were pushed, and none from below the last mark.
    pub(super) fn pop_many<const N: usize>(&mut self) -> Result<[Id; N], DecodeError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let Some((_, &ids)) = self.stack.get(floor..).and_then(<[Id]>::split_last_chunk) else {
            return Err(self.malformed("more objects on the stack"));
        };
        self.stack.truncate(self.stack.len() - N);
        Ok(ids)
    }

    pub(super) fn duplicate(&mut self) -> Result<(), DecodeError> {
        self.stack.push(self.top()?);
        Ok(())
    }

    pub(super) fn top(&self) -> Result<Id, DecodeError> {
        let floor = self.marks.last().copied().unwrap_or(0);
        self.stack
            .get(floor..)
            .and_then(<[Id]>::last)
            .copied()
            .ok_or_else(|| self.malformed("an object on the stack"))
    }

    pub(super) fn mark(&mut self) -> Result<(), DecodeError> {
        self.marks.push(self.stack.len());
        Ok(())
    }

    /// Pops the last mark and the objects above it.
    pub(super) fn pop_mark(&mut self) -> Result<Vec<Id>, DecodeError> {
        let floor = self.marks.pop().ok_or_else(|| self.malformed("a mark"))?;
        Ok(self.stack.split_off(floor))
    }

    /// Discards the last object, or the last mark if nothing is above it.
    pub(super) fn discard(&mut self) -> Result<(), DecodeError> {
        if self.marks.pop_if(|mark| *mark == self.stack.len()).is_some() {
            return Ok(());
        }
        self.pop().map(drop)
    }

    /// The only object that is left.
    pub(super) fn finish(&self) -> Result<Id, DecodeError> {
        match (self.stack.as_slice(), self.marks.as_slice()) {
            (&[id], []) => Ok(id),
            _ => Err(self.malformed("one object at the end")),
        }
    }

    pub(super) fn append(&mut self, items: Vec<Id>) -> Result<(), DecodeError> {
        match self.nodes.get_mut(self.top()?) {
            Some(Node::List(list) | Node::Instance { class: Class::Deque, items: list, .. }) => {
                list.extend(items)
            }
            _ => return Err(self.malformed("a list")),
        }
        Ok(())
    }

    pub(super) fn insert(&mut self, items: Vec<Id>) -> Result<(), DecodeError> {
        match self.nodes.get_mut(self.top()?) {
            Some(Node::Set(set)) => set.extend(items),
            _ => return Err(self.malformed("a set")),
        }
        Ok(())
    }

    pub(super) fn set(&mut self, items: Vec<Id>) -> Result<(), DecodeError> {
        let entries = self.pairs(&items)?;
        match self.nodes.get_mut(self.top()?) {
            Some(
                Node::Dict(dict)
                | Node::Instance { class: Class::DefaultDict | Class::OrderedDict, entries: dict, .. },
            ) => dict.extend(entries),
            _ => return Err(self.malformed("a dict")),
        }
        Ok(())
    }

    /// Pairs from alternating keys and values.
    pub(super) fn pairs(&self, items: &[Id]) -> Result<Vec<(Id, Id)>, DecodeError> {
        match items.as_chunks() {
            (pairs, []) => Ok(pairs.iter().map(|&[key, value]| (key, value)).collect()),
            _ => Err(self.malformed("a value for each key")),
        }
    }

    pub(super) fn malformed(&self, expected: &'static str) -> DecodeError {
        DecodeError::Malformed { at: self.nodes.at, expected }
    }

    pub(super) fn not_plain_data(&self) -> DecodeError {
        DecodeError::NotPlainData { at: self.nodes.at }
    }
}

/// The objects that a pickle has numbered to refer to them again.
#[derive(Default)]
pub(super) struct Memo {
    objects: BTreeMap<u32, Id>,
    limit: usize,
}

impl Memo {
    pub(super) fn new(limit: usize) -> Self {
        Self { objects: BTreeMap::new(), limit }
    }

    pub(super) fn put(&mut self, number: u32, id: Id) -> Result<(), DecodeError> {
        self.objects.insert(number, id);
        if self.objects.len() > self.limit {
            return Err(DecodeError::TooManyItems { limit: self.limit });
        }
        Ok(())
    }

    /// Stores an object under the next number, as Python counts.
    pub(super) fn memoize(&mut self, id: Id) -> Result<(), DecodeError> {
        self.put(self.objects.len() as u32, id)
    }

    pub(super) fn get(&self, number: u32) -> Option<Id> {
        self.objects.get(&number).copied()
    }
}
