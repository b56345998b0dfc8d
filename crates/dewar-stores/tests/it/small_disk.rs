//! A small disk, where the tests may mount one.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A name that cachelib might give.
const FILLER: &str = "filler.__wz_cache";

pub(crate) struct SmallDisk(TempDir);

impl SmallDisk {
    /// Of this size, as `mount` takes it.
    pub(crate) fn mount(size: &str) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let options = format!("size={size},mode=700");
        let mount = ["-t", "tmpfs", "-o", &options, "tmpfs"];
        let mounted = Command::new("mount").args(mount).arg(folder.path()).output().ok()?;
        mounted.status.success().then_some(Self(folder))
    }

    /// Lets this user write to it, and reach it.
    pub(crate) fn give_to(&self, user: &str) {
        let given = Command::new("chown").arg(user).arg(self.path()).status().unwrap();
        assert!(given.success());
    }

    /// Fills it to the last byte, until [`make_room`](Self::make_room).
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.path().join(FILLER)).unwrap();
        for length in [4096, 1] {
            while file.write_all(&vec![7; length]).is_ok() {}
        }
    }

    pub(crate) fn make_room(&self) {
        std::fs::remove_file(self.path().join(FILLER)).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0.path()).status().unwrap();
    }
}
