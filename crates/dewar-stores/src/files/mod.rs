//! Sessions in files, one each: in a [format of our own](Filesystem), or in [that of cachelib](cachelib), which Flask-Session shares.
//!
//! A [`FileStore`](store::FileStore) runs the [calls of the contract](calls) over any [`Format`](format::Format). What both formats need is
//! here: files that are whole or not there, locks that processes share, and what is known of a failure.

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
