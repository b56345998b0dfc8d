//! Sessions with the same handle.

use dewar::admin::SessionEntry;

use super::totals::count;
use super::trouble::Trouble;

/// The sessions with one handle. Two of them may have been begun in the same millisecond.
#[derive(Debug, Default)]
pub(super) struct Same(Vec<SessionEntry>);

impl Same {
    /// Adds a session, unless it is there: it may be on more than one page.
    pub(super) fn add(&mut self, entry: SessionEntry) {
        if !self.0.iter().any(|known| known.has_key_of(&entry)) {
            self.0.push(entry);
        }
    }

    /// The only session, or none. `filters`: the arguments with which one of several can be meant.
    pub(super) fn only(mut self, handle: &str, filters: &str) -> Result<Option<SessionEntry>, Trouble> {
        match self.0.len() {
            0 | 1 => Ok(self.0.pop()),
            several => Err(Trouble::store(format!(
                "{} have the handle {handle}: say with {filters} which is meant (`dewar sessions list` shows them)",
                count(several, "session")
            ))),
        }
    }
}
