//! The layout of a store's folder, and checks that the folder is ours.

use std::io;
use std::path::Path;

use super::name;
use crate::files::disk::{self, Found};
use crate::files::draft::Draft;
use crate::files::folder;
use crate::files::unfit::Unfit;

const MARKER: &str = "dewar-sessions";
const FORMAT: &[u8] = b"Dewar keeps sessions here, format 2.\n";

/// The folders below the store's.
pub(super) const ENTRIES: &str = "entries";
pub(super) const LOCKS: &str = "locks";
pub(super) const OWNERS: &str = "owners";

/// The permissions that others must not have.
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// Creates the folder if it does not exist, and marks it if it is empty. Fails if it is not safe to write to.
pub(super) fn prepare(root: &Path) -> Result<(), Unfit> {
    folder::make_with_parents(root)?;
    let is_marked = is_marked(root)?;
    let marker = write_marker(root).map_err(Unfit::unusable(root))?;
    folder::check_owner(root, &marker)?;
    folder::check_mode(root, WRITABLE_BY_OTHERS)?;
    if !is_marked {
        marker.place(&root.join(MARKER)).map_err(Unfit::unusable(root))?;
    }
    for name in [ENTRIES, LOCKS, OWNERS] {
        disk::make_folder(&root.join(name)).map_err(Unfit::unusable(root))?;
    }
    disk::sync_folder(root).map_err(Unfit::unusable(root))
}

/// Fails if there is no store in the folder.
pub(super) fn check_exists(root: &Path) -> Result<(), Unfit> {
    match root.join(MARKER).try_exists() {
        Ok(false) => Err(Unfit::HoldsNoSessions(root.to_owned())),
        // Something is there: what is wrong with it is told when it is opened.
        _ => Ok(()),
    }
}

/// Fails if the folder is not the one that was opened.
pub(super) fn check(root: &Path) -> io::Result<()> {
    let is_marked = matches!(disk::read(&root.join(MARKER))?, Found::Bytes(bytes) if bytes == FORMAT);
    for name in [ENTRIES, LOCKS, OWNERS] {
        if !is_marked || !disk::is_folder(&root.join(name))? {
            return Err(folder::gone());
        }
    }
    Ok(())
}

/// Whether the folder has our marker. A folder without it must be empty.
fn is_marked(root: &Path) -> Result<bool, Unfit> {
    let names = disk::names_in(root).map_err(Unfit::unusable(root))?;
    // Read after the names, since another process may be marking the folder at this moment.
    match disk::read(&root.join(MARKER)).map_err(Unfit::unusable(root))? {
        Found::Bytes(bytes) if bytes == FORMAT => Ok(true),
        Found::Nothing if names.iter().all(|name| name::is_draft(name)) => Ok(false),
        Found::Nothing => Err(Unfit::HoldsOtherThings(root.to_owned())),
        _ => Err(Unfit::OtherFormat(root.to_owned())),
    }
}

fn write_marker(root: &Path) -> io::Result<Draft> {
    let draft = Draft::write(root.join(name::draft()?), FORMAT)?;
    draft.sync()?;
    Ok(draft)
}
