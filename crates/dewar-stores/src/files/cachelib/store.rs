//! The store in cachelib's format.

use std::path::Path;
use std::time::Instant;

use super::format::CachelibFiles;
use super::layout;
use super::options::CachelibOptions;
use crate::OpenError;
use crate::files::store::FileStore;
use crate::pool::Pool;

/// Stores sessions in the files of cachelib's `FileSystemCache`, as Flask-Session 0.8 does. See [the module](crate::cachelib).
///
/// The work is done on threads of its own. A call that is dropped before its turn is not begun; one that was begun runs to its end.
pub type Cachelib = FileStore<CachelibFiles>;

impl FileStore<CachelibFiles> {
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
        let files = CachelibFiles::new(folder.as_ref(), options);
        let until = Instant::now() + files.folder.locks.timeout;
        if let Err(failure) = files.undo_interrupted_renames(until).and_then(|()| files.recount()) {
            files.folder.courtesies.left("open", &failure);
        }
        Ok(Self::new(files, pool))
    }
}
