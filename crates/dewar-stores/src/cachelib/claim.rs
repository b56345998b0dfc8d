//! Whether a folder is one of cachelib's, or can become one.

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::Path;

use super::names;
use crate::filesystem::files;
use crate::filesystem::unfit::Unfit;

/// Looks whether the folder holds nothing but what cachelib puts there, and whether we may write to it; makes it if it is not there.
pub(super) fn claim(folder: &Path) -> Result<(), Unfit> {
    let unusable = |source: io::Error| match source.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Unfit::NotAFolder(folder.to_owned()),
        _ => Unfit::Unusable { folder: folder.to_owned(), source },
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(unusable)?;
    let names = files::names(folder).map_err(unusable)?;
    if !names.iter().all(|name| names::is_known(name)) {
        return Err(Unfit::HoldsOtherThings(folder.to_owned()));
    }
    let mode = fs::metadata(folder).map_err(unusable)?.mode();
    if mode & 0o002 != 0 {
        return Err(Unfit::WritableByOthers { folder: folder.to_owned(), mode: mode & 0o7777 });
    }
    files::make_folder(&folder.join(names::LOCKS)).map_err(unusable)?;
    Ok(())
}
