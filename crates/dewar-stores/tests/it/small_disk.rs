//! A disk that is soon full, where the tests may mount one.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

pub(crate) struct SmallDisk(TempDir);

impl SmallDisk {
    /// Of so many bytes, as `mount` takes them.
    pub(crate) fn mount(size: &str) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let options = format!("size={size},mode=700");
        let mount = ["-t", "tmpfs", "-o", &options, "tmpfs"];
        let mounted = Command::new("mount").args(mount).arg(folder.path()).output().ok()?;
        mounted.status.success().then_some(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Not a byte is left.
    pub(crate) fn fill(&self) {
        let mut file = File::create(self.path().join("filler.__wz_cache")).unwrap();
        for length in [4096, 1] {
            while file.write_all(&vec![7; length]).is_ok() {}
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0.path()).status().unwrap();
    }
}
