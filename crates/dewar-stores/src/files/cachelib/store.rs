//! The store.

use std::fmt;
use std::path::Path;
use std::time::Instant;

use async_trait::async_trait;
use dewar_core::clock::UnixTime;
use dewar_core::{Answer, Store, StoreError, StoreKey, Stored, Sweeper, Touch, Write, Written};

use super::entry_files::EntryFiles;
use super::layout;
use super::options::CachelibOptions;
use crate::OpenError;
use crate::blocking::Blocking;
use crate::pool::Pool;

/// Stores sessions in the files of cachelib's `FileSystemCache`, as Flask-Session 0.8 does. See [the module](crate::cachelib). Copies
/// share it.
///
/// The work is done on threads of its own. A call that is dropped before its turn is not begun; one that was begun goes on to its end.
#[derive(Clone)]
pub struct Cachelib {
    pub(super) files: Blocking<EntryFiles>,
}

impl Cachelib {
    /// Opens a folder of cachelib's, which is made if it is not there. With a threshold its files are counted, as cachelib does.
    ///
    /// This blocks for a moment: open the store before the server.
    ///
    /// # Errors
    ///
    /// If it is no folder, holds something that cachelib does not put there, belongs to another user, may be written to by everybody,
    /// or not by this process.
    pub fn open(folder: impl AsRef<Path>, options: CachelibOptions) -> Result<Self, OpenError> {
        layout::prepare(folder.as_ref(), options.mode)?;
        let pool = Pool::new("dewar-cachelib", options.threads);
        let files = EntryFiles::new(folder.as_ref(), options);
        let until = Instant::now() + files.locks.timeout;
        if let Err(failure) = files.undo_interrupted_renames(until).and_then(|()| files.recount()) {
            files.courtesies.left("open", &failure);
        }
        Ok(Self { files: Blocking::new(files, pool) })
    }

    /// The folder of the sessions.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.files.store().root
    }
}

impl Store for Cachelib {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        self.files.load(key, touch, now)
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, Written> {
        self.files.write(write, now)
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        self.files.touch(key, expires, now)
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }
}

#[async_trait]
impl Sweeper for Cachelib {
    /// The files do not say their keys: a folder is one program's, and all of it is swept.
    async fn sweep(&self, _: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        self.files.walk(move |files| files.sweep(at_most, now)).await
    }
}

impl fmt::Debug for Cachelib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cachelib({}, {:?})", self.folder().display(), self.files.store().options)
    }
}
