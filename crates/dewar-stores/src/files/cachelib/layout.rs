//! Whether a folder is one of cachelib's, or can become one.

use std::io;
use std::path::Path;

use super::names;
use crate::files::disk;
use crate::files::draft::Draft;
use crate::files::folder;
use crate::files::unfit::Unfit;

/// The permission that others must not have. Flask's group may write.
const WRITABLE_BY_OTHERS: u32 = 0o002;

/// Makes the folder if it is not there, and marks it by the folder of the locks; fails if it holds something that cachelib does not put
/// there, or if it is not ours to write to.
pub(super) fn prepare(root: &Path, mode: u32) -> Result<(), Unfit> {
    folder::make_with_parents(root)?;
    let names = disk::names_in(root).map_err(Unfit::unusable(root))?;
    if !names.iter().all(|name| names::is_known(name)) {
        return Err(Unfit::HoldsOtherThings(root.to_owned()));
    }
    folder::check_mode(root, WRITABLE_BY_OTHERS)?;
    let draft = write_draft(root, mode).map_err(Unfit::unusable(root))?;
    folder::check_owner(root, &draft)?;
    disk::make_folder(&root.join(names::LOCKS)).map(drop).map_err(Unfit::unusable(root))
}

/// Fails if the folder is not what it was when it was opened: then the folder of the locks is missing.
pub(super) fn check(root: &Path) -> io::Result<()> {
    if disk::is_folder(&root.join(names::LOCKS))? { Ok(()) } else { Err(folder::gone()) }
}

fn write_draft(root: &Path, mode: u32) -> io::Result<Draft> {
    let draft = Draft::write(root.join(names::draft("0", disk::random_number()?)), &[0; 4])?;
    draft.set_mode(mode)?;
    Ok(draft)
}
