//! The objects that a pickle has given a number, to speak of them again.

use std::collections::BTreeMap;

use super::node::Id;
use crate::codec::DecodeError;

/// Numbers to objects.
#[derive(Default)]
pub(super) struct Memo {
    known: BTreeMap<u32, Id>,
    limit: usize,
}

impl Memo {
    pub(super) fn new(limit: usize) -> Self {
        Self { known: BTreeMap::new(), limit }
    }

    pub(super) fn put(&mut self, number: u32, id: Id) -> Result<(), DecodeError> {
        self.known.insert(number, id);
        if self.known.len() > self.limit {
            return Err(DecodeError::TooManyItems { limit: self.limit });
        }
        Ok(())
    }

    /// Under the next number, as Python counts.
    pub(super) fn memoize(&mut self, id: Id) -> Result<(), DecodeError> {
        self.put(self.known.len() as u32, id)
    }

    pub(super) fn get(&self, number: u32) -> Option<Id> {
        self.known.get(&number).copied()
    }
}
