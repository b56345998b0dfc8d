//! The store in cachelib's format: its settings, and how a folder is opened.

use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::time::{Duration, Instant};

use super::format::CachelibFiles;
use super::names;
use crate::files::disk;
use crate::files::draft::Draft;
use crate::files::folder;
use crate::files::store::FileStore;
use crate::files::unfit::Unfit;
use crate::pool::{Pool, THREADS};
use crate::{OpenError, lock_timeout};

/// Stores sessions in the files of cachelib's `FileSystemCache`, as Flask-Session 0.8 does. See [the module](crate::cachelib).
///
/// The work is done on threads of its own. A call that is dropped before its turn is not begun; one that was begun runs to its end.
pub type Cachelib = FileStore<CachelibFiles>;

/// The settings of the `FileSystemCache` that shares the folder. [`Default`] gives those of cachelib 0.17 under Flask-Session 0.8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachelibOptions {
    /// How files are named.
    pub names: FileNames,
    /// Whether a file by the other name is found as well: for sessions from before cachelib was updated. What is written has the name of
    /// [`names`](Self::names).
    pub reads_other_names: bool,
    /// `SESSION_FILE_THRESHOLD`: with more entries than this, expired ones are removed before another is added. 0: entries are not
    /// counted, and only a [`Sweeper`](dewar_core::Sweeper) removes any.
    pub threshold: u64,
    /// `SESSION_FILE_MODE`: the permissions of a file.
    pub mode: u32,
    /// How many threads the store has at most: 16. No other thread waits for its disk.
    pub threads: NonZeroUsize,
    /// How long a write tries a lock that another process holds, before it fails as [busy](dewar_core::StoreErrorKind::Busy): 125 ms.
    /// Choose less than the deadline of the [`Guard`](crate::guard::Guard) around it.
    pub lock_timeout: Duration,
}

/// What the name of a file is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileNames {
    /// The MD5 of the key: cachelib up to 0.15.4.
    Md5,
    /// The SHA-256 of the key: cachelib from 0.16.
    Sha256,
}

impl Default for CachelibOptions {
    fn default() -> Self {
        Self {
            names: FileNames::Sha256,
            reads_other_names: false,
            threshold: 500,
            mode: 0o600,
            threads: THREADS,
            lock_timeout: lock_timeout::WRITE,
        }
    }
}

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
        prepare(folder.as_ref(), options.mode)?;
        let pool = Pool::new("dewar-cachelib", options.threads);
        let files = CachelibFiles::new(folder.as_ref(), options);
        let until = Instant::now() + files.folder.locks.timeout;
        if let Err(failure) = files.undo_interrupted_renames(until).and_then(|()| files.recount()) {
            files.folder.best_effort.left("open", &failure);
        }
        Ok(Self::new(files, pool))
    }
}

/// The permission that others must not have. Flask's group may write.
const WRITABLE_BY_OTHERS: u32 = 0o002;

/// Makes the folder if it is not there, and marks it by the folder of the locks; fails if it holds something that cachelib does not put
/// there, or if it is not ours to write to.
fn prepare(root: &Path, mode: u32) -> Result<(), Unfit> {
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

fn write_draft(root: &Path, mode: u32) -> io::Result<Draft> {
    let draft = Draft::write(root.join(names::draft("0", disk::random_number()?)), &[0; 4])?;
    draft.set_mode(mode)?;
    Ok(draft)
}
