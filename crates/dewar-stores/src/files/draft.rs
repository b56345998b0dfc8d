//! Drafts: files that are written under another name, and renamed into place when they are complete.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::disk;

/// A complete file that is not in its place yet. If it is dropped before, it is removed.
#[derive(Debug)]
pub(super) struct Draft {
    path: PathBuf,
    file: File,
    is_placed: bool,
}

impl Draft {
    /// Writes a new file that only this user can read.
    pub(super) fn write(path: PathBuf, bytes: &[u8]) -> io::Result<Self> {
        let file = disk::open(OpenOptions::new().write(true).create_new(true), &path)?;
        let mut draft = Self { path, file, is_placed: false };
        draft.file.write_all(bytes)?;
        Ok(draft)
    }

    /// Syncs the file, so that its contents survive a crash of the machine.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.sync_all()
    }

    #[cfg(feature = "flask")]
    pub(super) fn set_mode(&self, mode: u32) -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        self.file.set_permissions(fs::Permissions::from_mode(mode))
    }

    /// The user that the file belongs to, which is the user that this process runs as.
    pub(super) fn uid(&self) -> io::Result<u32> {
        Ok(self.file.metadata()?.uid())
    }

    /// Renames the file, and replaces what was there.
    pub(super) fn place(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.is_placed = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_placed {
            // Nothing reads a draft. One that is left behind is swept.
            let _ = fs::remove_file(&self.path);
        }
    }
}
