//! The store in cachelib's format: its options, and opening a folder.

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

/// A session store in the files of cachelib's `FileSystemCache`, as in Flask-Session 0.8. See [the module](crate::cachelib).
///
/// It works on its own threads. A call that is dropped before a thread starts it is never started; a call that was started runs to its end.
pub type Cachelib = FileStore<CachelibFiles>;

/// The options of a [`Cachelib`] store: those of the `FileSystemCache` that shares the folder. [`Default`] is cachelib 0.17 with Flask-Session 0.8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CachelibOptions {
    /// How files are named. Default: SHA-256.
    pub names: FileNames,
    /// Whether files with the other kind of name are read as well: for sessions from before an update of cachelib. Files are always written with
    /// the name of [`names`](Self::names).
    pub reads_other_names: bool,
    /// `SESSION_FILE_THRESHOLD`: with more entries than this, expired entries are removed before another is added. 0: entries are not counted,
    /// and only a [`Sweeper`](dewar_core::Sweeper) removes expired entries.
    pub threshold: u64,
    /// `SESSION_FILE_MODE`: the permissions of the files.
    pub mode: u32,
    /// The largest number of threads of the store. No other thread waits for its disk. Default: 16.
    pub threads: NonZeroUsize,
    /// How long a write tries a lock that another process holds, before it fails as [busy](dewar_core::StoreErrorKind::Busy). It should be less
    /// than the deadline of the [`Guard`](crate::guard::Guard) around the store. Default: 125 ms.
    pub lock_timeout: Duration,
    /// Whether the folder is created if it does not exist. Otherwise a folder that does not exist or is empty is an error. Default: true.
    pub create: bool,
}

/// Which hash of the key is the name of a file.
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
            create: true,
        }
    }
}

impl FileStore<CachelibFiles> {
    /// Opens a cachelib folder, and creates it if it does not exist. With a threshold its files are counted, as cachelib does.
    ///
    /// This blocks for a moment: open the store before the server starts.
    ///
    /// # Errors
    ///
    /// If the path is not a folder, or the folder contains files that cachelib does not create, belongs to another user, is writable by
    /// everybody, or is not writable by this process.
    pub fn open(folder: impl AsRef<Path>, options: CachelibOptions) -> Result<Self, OpenError> {
        if !options.create {
            check_exists(folder.as_ref())?;
        }
        prepare(folder.as_ref(), options.mode)?;
        let pool = Pool::new("dewar-cachelib", options.threads);
        let files = CachelibFiles::new(folder.as_ref(), options);
        let until = Instant::now() + files.folder.locks.timeout;
        if let Err(failure) = files.undo_interrupted_renames(until).and_then(|()| files.recount()) {
            files.folder.best_effort.skipped("open", &failure);
        }
        Ok(Self::new(files, pool))
    }
}

/// The permissions that others must not have. The group may write, since Flask may run as another user of the group.
const WRITABLE_BY_OTHERS: u32 = 0o002;

/// Fails if the folder does not exist, or is empty.
fn check_exists(root: &Path) -> Result<(), Unfit> {
    let has_files = disk::names_in(root).is_ok_and(|names| !names.is_empty());
    if has_files { Ok(()) } else { Err(Unfit::HoldsNoSessions(root.to_owned())) }
}

/// Creates the folder if it does not exist, and marks it with the folder of the locks. Fails if it contains files that cachelib does not create,
/// or if it is not safe to write to.
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
