//! What operators do with all sessions of a program: list them, end them, copy them to another store.

mod copier;
mod copy_checks;
mod copy_mark;
mod copy_outcome;
mod session_admin;
mod session_entry;
#[cfg(test)]
mod tests;

pub use self::copier::Copier;
pub use self::copy_mark::CopyMark;
pub use self::copy_outcome::{CopyOutcome, CopySettingsError};
pub use self::session_admin::{SessionAdmin, SessionPage};
pub use self::session_entry::{EntryKind, SessionEntry};
