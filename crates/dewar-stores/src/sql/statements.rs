//! The statements that every table has.

use std::sync::Arc;

use super::statement::Statement;

/// Made once, when a store is opened.
///
/// What has expired is not there for any of them, but for `find`, which says whether it has.
pub(super) struct Statements {
    /// The row of `:key`, live or not.
    pub(super) find: Arc<Statement>,
    /// `:limit` rows behind `:after` whose keys begin with `:prefix`.
    pub(super) page: Arc<Statement>,
    /// Inserts under `:new_key` unless it is taken.
    pub(super) insert: Arc<Statement>,
    /// The same, if `:key` is as it was `:seen`; it takes over that row's position in the owner's list.
    pub(super) insert_renamed: Arc<Statement>,
    /// Replaces the row of `:key` if it is as it was `:seen`.
    pub(super) replace: Arc<Statement>,
    /// Replaces the row of `:key` by the tombstone.
    pub(super) bury: Arc<Statement>,
    /// Removes the row of `:key`.
    pub(super) delete: Arc<Statement>,
    /// Moves the end of `:key` to `:expires`.
    pub(super) touch: Arc<Statement>,
    /// The same, if it would end before `:if_before`.
    pub(super) touch_if_due: Arc<Statement>,
    /// Removes the row of `:key` if it has expired; `None`: it is left to a sweep.
    pub(super) remove_expired: Option<Arc<Statement>>,
    /// Removes `:limit` rows that have expired, whose keys begin with `:prefix`.
    pub(super) sweep: Arc<Statement>,
}

#[cfg(test)]
impl Statements {
    /// All of them, by name.
    pub(super) fn all(&self) -> Vec<(&'static str, &Statement)> {
        let mut all = vec![
            ("find", &*self.find),
            ("page", &*self.page),
            ("insert", &*self.insert),
            ("insert_renamed", &*self.insert_renamed),
            ("replace", &*self.replace),
            ("bury", &*self.bury),
            ("delete", &*self.delete),
            ("touch", &*self.touch),
            ("touch_if_due", &*self.touch_if_due),
            ("sweep", &*self.sweep),
        ];
        all.extend(self.remove_expired.as_deref().map(|statement| ("remove_expired", statement)));
        all
    }
}
