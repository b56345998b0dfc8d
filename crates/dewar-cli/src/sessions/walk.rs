//! A walk through the entries of a program, page by page, so that it needs the memory of one page.

use dewar::admin::SessionEntry;
use dewar::store::Cursor;

use super::nothing;
use super::patience::patiently;
use super::place::Opened;
use super::trouble::Trouble;

/// The number of entries of a page.
const PAGE: usize = 500;

/// A walk through all entries, or those of an owner.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    opened: &'a Opened,
    owner: Option<&'a str>,
    after: Option<Cursor>,
    is_done: bool,
    /// Whether anything was found, or need not be.
    found_any: bool,
}

impl<'a> Walk<'a> {
    /// Begins a walk. With an owner, only the owner's entries are read, if the store can find them.
    pub(super) fn new(opened: &'a Opened, owner: Option<&'a str>) -> Result<Self, Trouble> {
        let owner = owner.filter(|_| opened.admin.knows_owners());
        if owner.is_none() && !opened.admin.can_list() {
            return Err(Trouble::store(format!(
                "the sessions in {} cannot be listed, because {}: use the program's own pages, or store its sessions in another engine",
                opened.engine.name(),
                if opened.is_flask {
                    "Flask-Session stores no list of them there"
                } else {
                    "it has no list of them"
                }
            )));
        }
        Ok(Self { opened, owner, after: None, is_done: false, found_any: false })
    }

    /// Begins a walk through all entries of a store that may be empty.
    pub(super) fn of_any(opened: &'a Opened) -> Result<Self, Trouble> {
        Ok(Self::new(opened, None)?.silent())
    }

    /// A walk that does not tell that nothing was found.
    pub(super) fn silent(self) -> Self {
        Self { found_any: true, ..self }
    }

    /// The next page; `None` at the end. If there was nothing on any page, that is told.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<SessionEntry>>, Trouble> {
        if self.is_done {
            return Ok(None);
        }
        let admin = &self.opened.admin;
        if let Some(owner) = self.owner {
            self.is_done = true;
            let entries = patiently(|| admin.of_owner(owner)).await?;
            if entries.is_empty() {
                nothing::note_if_nothing(self.opened).await?;
            }
            return Ok(Some(entries));
        }
        let page = patiently(|| admin.page(self.after.as_ref(), PAGE)).await?;
        self.is_done = page.next.is_none();
        self.after = page.next;
        self.found_any |= !page.entries.is_empty();
        if self.is_done && !self.found_any {
            nothing::note(self.opened);
        }
        Ok(Some(page.entries))
    }
}
