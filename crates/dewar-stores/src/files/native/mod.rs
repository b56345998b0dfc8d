//! A format of our own: whole or not at all, safe against crashes, and shared by any number of processes of one machine.
//!
//! A [`Filesystem`] has a folder to itself:
//!
//! ```text
//! dewar-sessions          a marker: this folder is ours, and of this format
//! entries/5f/5fec…        the file of an entry, named by the SHA-256 of its key
//! locks/5f                locked while an entry of this shard is replaced
//! locks/5f.next           locked while another process waits for that
//! locks/owners-2b         locked while an owner's entries are counted, or the owner gets one more
//! owners/2b/2bd8…/5fec…   an empty file: this entry may be that owner's
//! ```
//!
//! * A write goes to a file of its own, is synced, and then renamed: a crash leaves the old entry or the new one, never a torn one. A file
//!   that is damaged all the same is absent, and reported through `tracing` (with this feature) by its key's fingerprint.
//! * A rename takes effect at one moment, whatever happens in between: no session has two ids, or none.
//! * Reads take no lock. Writes lock the shard, with `flock`: put the folder on a disk of the machine's own, not on a network's. A lock
//!   that another process holds for too long makes the writes of its shard fail, and nothing else.
//! * The work is done on sixteen threads of the store's own, and what is not begun when its caller goes away is not begun at all.
//! * A folder that is away (unmounted, removed, emptied) is an error and ends no session. When it is back, all goes on.
//! * If the disk is too full for a tombstone, a session ends without one.
//! * Everything is readable by its owner alone (0600, 0700), and no symlink in the folder is followed.
//! * [`remove_all`](dewar_core::Owners::remove_all) and [`trim`](dewar_core::Owners::trim) remove file after file: the owner gets no entry
//!   meanwhile, but a crash may leave a part of them to be removed the next time.
//! * A tombstone has no owner.

mod entry_file;
mod entry_files;
mod index;
mod layout;
mod name;
mod owned;
mod record;
mod renaming;
mod store;
mod walk;

pub use self::store::Filesystem;
