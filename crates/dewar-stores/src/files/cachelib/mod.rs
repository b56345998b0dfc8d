//! Sessions in the files of cachelib's `FileSystemCache`, shared with Flask-Session (`SESSION_TYPE` `filesystem` and `cachelib`).
//!
//! ```text
//! 6af2ea17…                   an entry: its end (u32, in the machine's byte order; 0: never), then a pickle
//! 79bc207e…                   how many entries there are, stored as an entry that never expires
//! *.__wz_cache                a file that is being written
//! dewar-locks.__wz_cache/     locks, and notes of renames that are under way, in a folder that cachelib ignores
//! ```
//!
//! * The name of a file is the SHA-256 of its key (cachelib from 0.16), or the MD5 (up to 0.15.4): see [`CachelibOptions`]. Files of cachelib
//!   up to 0.6, which begin with a pickled end, are read, and rewritten in today's form.
//! * The payload is the pickle alone. [`dewar::codec::Pickle`] reads and writes it, and executes nothing.
//! * Ends are whole seconds, rounded down as cachelib does; an end after 2106 becomes the last second that 32 bits can hold. In the second of
//!   its end an entry has not yet expired, as for cachelib.
//! * **No live session is thrown away.** With more entries than its threshold, cachelib deletes those that end first (and before them those
//!   that never end). Here only expired entries are removed, and the folder grows beyond the threshold if it must. A Flask program that
//!   shares the folder still does as cachelib does: give both a threshold of 0.
//! * Programs that use Dewar exclude each other with `flock`: put the folder on a disk of the machine's own. cachelib takes no lock: if Flask
//!   and Dewar write one session at the same time, the last one wins. A touch changes the four bytes of the end alone, and so undoes no
//!   other write.
//! * A write is renamed into its place, as cachelib does it, and not synced: after a crash of the machine a session may be gone.
//! * A lock that another process holds for too long makes the writes of a sixteenth of the entries fail, and nothing else: reads take none.
//!   What cachelib's counter cannot count now is counted with the next entry.
//! * The folder of the locks also marks the folder as ours: if it is missing, a missing file is an error and does not mean that a session has ended.
//! * A key cannot be found from its hash, so sessions cannot be listed; nor do the files tell the owner of a session.

mod counter;
mod entry_file;
mod format;
mod names;
mod pickled;
mod record;
mod renaming;
mod store;
mod sweep;

pub use self::store::{Cachelib, CachelibOptions, FileNames};
