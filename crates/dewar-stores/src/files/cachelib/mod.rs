//! Sessions in the files of cachelib's `FileSystemCache`, shared with Flask-Session (`SESSION_TYPE` `filesystem` and `cachelib`).
//!
//! ```text
//! 6af2ea17…                   an entry: its end (u32, in the machine's byte order; 0: never), then a pickle
//! 79bc207e…                   how many entries there are, kept as an entry that never ends
//! *.__wz_cache                a file that is being written
//! dewar-locks.__wz_cache/     locks, and notes of renames that are under way, in a folder that cachelib passes over
//! ```
//!
//! * The name of a file is the SHA-256 of its key (cachelib from 0.16), or the MD5 (up to 0.15.4): see [`CachelibOptions`]. Files of cachelib
//!   up to 0.6, which begin with a pickled end, are read, and written anew in today's form.
//! * The payload is the pickle alone. [`dewar::codec::Pickle`] reads and writes it, and executes nothing.
//! * Ends are whole seconds, cut as cachelib cuts them; an end after 2106 becomes that of the last moment that 32 bits know. In the very
//!   moment of its end an entry is still alive, as it is for cachelib.
//! * **No live session is thrown away.** cachelib deletes those that end first when there are more than its threshold (and before all those
//!   that never end). Here only what is over goes, and the folder grows beyond the threshold if it must. A Flask that shares
//!   the folder still does as cachelib does: give both a threshold of 0.
//! * Writers that use Dewar exclude each other with `flock`: put the folder on a disk of the machine's own. cachelib takes no lock: if Flask
//!   and Dewar write one session at the same time, the last one wins. A touch changes the four bytes of the end alone, and
//!   so undoes nobody's write.
//! * A write is renamed into its place, as cachelib does it, and not synced: after a crash of the machine a session may be gone.
//! * A lock that another process holds for too long makes the writes of its sixteenth of the entries fail, and nothing else: reads take
//!   none. cachelib's counter is kept as well as can be: what cannot be counted now is counted with the next entry.
//! * The folder of the locks is also our mark: without it, what is missing is an error and no ended session.
//! * Keys cannot be known from their hashes, so there is no list of sessions; and nobody knows whose they are.

mod counter;
mod entry_file;
mod format;
mod layout;
mod names;
mod options;
mod pickled;
mod record;
mod renaming;
mod store;
mod sweep;

pub use self::options::{CachelibOptions, FileNames};
pub use self::store::Cachelib;
