//! Session stores in files, one file per session: in [Dewar's own format](Filesystem), or in [cachelib's format](cachelib), which Flask-Session uses.
//!
//! A [`FileStore`](store::FileStore) runs the [calls of the contract](calls) over any [`Format`](format::Format). This module has what both
//! formats need: files that are written completely or not at all, locks between processes, and failures.

#[cfg(feature = "flask")]
pub mod cachelib;
mod calls;
mod disk;
mod draft;
mod failure;
mod folder;
mod format;
mod locks;
mod native;
mod owned_write;
mod store;
mod turns;
mod unfit;

pub use self::native::Filesystem;
pub use self::store::FileStore;
