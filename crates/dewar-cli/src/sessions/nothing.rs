//! Tells if nothing at all is stored for a program, which may be a mistake in the arguments.

use super::patience::patiently;
use super::place::Opened;
use super::trouble::Trouble;
use crate::output;

/// Tells that nothing is stored.
pub(super) fn note(opened: &Opened) {
    output::note(&format!(
        "nothing is stored in {} under {}: check the name of the program and the URL",
        opened.engine.name(),
        opened.program
    ));
}

/// Looks whether anything is stored, if the store can list it.
pub(super) async fn note_if_nothing(opened: &Opened) -> Result<(), Trouble> {
    if !opened.admin.can_list() {
        return Ok(());
    }
    let mut after = None;
    loop {
        let page = patiently(|| opened.admin.page(after.as_ref(), 1)).await?;
        if !page.entries.is_empty() {
            return Ok(());
        }
        after = page.next;
        if after.is_none() {
            note(opened);
            return Ok(());
        }
    }
}
