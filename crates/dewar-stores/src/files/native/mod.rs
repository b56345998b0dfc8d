//! Dewar's own file format. [`Filesystem`] says what it guarantees. The layout of its folder:
//!
//! ```text
//! dewar-sessions          a marker: this folder belongs to a store with this format entries/5f/5fec…        the file of an entry, named by the
//! SHA-256 of its key locks/5f                locked while an entry of this shard is replaced locks/5f.next           locked while another
//! process waits for that locks/owners-2b         locked while an owner's entries are counted, or the owner gets one more owners/2b/2bd8…/5fec…
//! an empty file: this entry may be that owner's
//! ```
//!
//! A write goes to a new file, which is synced and then renamed into place.

mod entry_file;
mod format;
mod index;
mod layout;
mod name;
mod owned;
mod record;
mod renaming;
mod store;
mod walk;

pub use self::store::Filesystem;
