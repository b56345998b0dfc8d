//! The statements for every table.

use std::sync::Arc;

use dewar_core::Entry;

use super::rename::Rename;
use super::statement::Statement;

/// The statements of a store, built once when the store is opened.
///
/// All of them ignore expired rows, except `find`, which returns whether the row has expired.
pub(super) struct Statements {
    /// The row of `:key`, live or not.
    pub(super) find: Arc<Statement>,
    /// `:limit` rows after `:after` whose keys start with `:prefix`.
    pub(super) page: Arc<Statement>,
    /// Inserts a row under `:new_key`, unless it is taken.
    pub(super) insert: Storing,
    /// Removes an expired row under `:new_key`; `None`: `insert` replaces it.
    pub(super) clear: Option<Arc<Statement>>,
    /// Moves the row of `:key` to `:new_key`, if it is the one that was `:seen`. The new row has its position in the owner's list.
    pub(super) rename: Rename,
    /// Like `rename`, and leaves the tombstone under `:key`.
    pub(super) rename_and_bury: Rename,
    /// Replaces the row of `:key` if it is the one that was `:seen`.
    pub(super) replace: Storing,
    /// Replaces the row of `:key` with the tombstone.
    pub(super) bury: Storing,
    /// Removes the row of `:key`.
    pub(super) delete: Arc<Statement>,
    /// Sets the expiry of `:key` to `:expires`.
    pub(super) touch: Arc<Statement>,
    /// Like `touch`, if the row would expire before `:if_before`.
    pub(super) touch_if_due: Arc<Statement>,
    /// Removes the row of `:key` if it has expired; `None`: only sweeps remove it.
    pub(super) remove_expired: Option<Arc<Statement>>,
    /// Removes `:limit` expired rows whose keys start with `:prefix`.
    pub(super) sweep: Arc<Statement>,
}

/// A statement that stores an entry.
pub(super) struct Storing {
    owned: Arc<Statement>,
    unowned: Arc<Statement>,
}

impl Storing {
    /// The same statement for every entry.
    pub(super) fn any(statement: Arc<Statement>) -> Self {
        Self { unowned: Arc::clone(&statement), owned: statement }
    }

    /// One for entries with an owner, another for those without.
    pub(super) fn by_owner(owned: Arc<Statement>, unowned: Arc<Statement>) -> Self {
        Self { owned, unowned }
    }

    pub(super) fn of(&self, entry: &Entry) -> &Arc<Statement> {
        if entry.owner.is_some() { &self.owned } else { &self.unowned }
    }
}

#[cfg(test)]
impl Statements {
    /// All statements with their names.
    pub(super) fn all(&self) -> Vec<(&'static str, &Statement)> {
        let mut all = vec![
            ("find", &*self.find),
            ("page", &*self.page),
            ("insert", &*self.insert.owned),
            ("replace", &*self.replace.owned),
            ("bury", &*self.bury.owned),
            ("delete", &*self.delete),
            ("touch", &*self.touch),
            ("touch_if_due", &*self.touch_if_due),
            ("sweep", &*self.sweep),
        ];
        for (name, storing) in [
            ("insert_unowned", &self.insert),
            ("replace_unowned", &self.replace),
            ("bury_unowned", &self.bury),
        ] {
            let differs = !Arc::ptr_eq(&storing.owned, &storing.unowned);
            all.extend(differs.then_some((name, &*storing.unowned)));
        }
        all.extend(self.clear.as_deref().map(|statement| ("clear", statement)));
        all.extend(self.remove_expired.as_deref().map(|statement| ("remove_expired", statement)));
        for (name, then, rename) in [
            ("rename", "rename_then", &self.rename),
            ("rename_and_bury", "rename_and_bury_then", &self.rename_and_bury),
        ] {
            all.push((name, &*rename.first));
            all.extend(rename.then.as_deref().map(|statement| (then, statement)));
        }
        all
    }
}
