//! Sessions in the files of cachelib's `FileSystemCache`, shared with Flask-Session (`SESSION_TYPE` `filesystem` and `cachelib`).
//!
//! ```text
//! 6af2ea17…                an entry: its expiry (u32, in the machine's byte order; 0: never), then a pickle 79bc207e…                   how
//! many entries there are, stored as an entry that never expires *.__wz_cache                a file that is being written
//! dewar-locks.__wz_cache/     locks, and notes of renames that are under way, in a folder that cachelib ignores
//! ```
//!
//! * The name of a file is the SHA-256 of its key (cachelib from 0.16), or the MD5 (up to 0.15.4): see [`CachelibOptions`]. Files of cachelib up
//!   to 0.6, which start with a pickled expiry, are read, and rewritten in the current form.
//! * The payload is the pickle alone. [`dewar::codec::Pickle`] reads and writes it, and executes nothing.
//! * Expiries are whole seconds, rounded down as cachelib does. An expiry after 2106 becomes the last second that 32 bits can hold. In the
//!   second of its expiry an entry has not yet expired, as for cachelib.
//! * **No live session is deleted.** With more entries than its threshold, cachelib deletes those that expire first (and before them those that
//!   never expire). This store removes only expired entries, and lets the folder grow beyond the threshold if necessary. A Flask program that
//!   shares the folder still deletes as cachelib does, so give both a threshold of 0.
//! * Programs that use Dewar exclude each other with `flock`, so put the folder on a local disk. cachelib takes no lock: if Flask and Dewar
//!   write the same session at the same time, the last write wins. A touch changes only the four bytes of the expiry, and so undoes no other
//!   write.
//! * A write goes to a new file that is renamed into place, as cachelib does, and is not synced: after a crash of the machine a session may be lost.
//! * If another process holds a lock for too long, only the writes to a sixteenth of the entries fail; reads take no lock. What cannot be
//!   counted in cachelib's counter now is counted with the next entry.
//! * The folder of the locks also marks the folder as ours: if it is missing, a missing file is an error and does not mean that a session has ended.
//! * A file contains neither its key nor an owner, so sessions can neither be listed nor found by owner.

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
