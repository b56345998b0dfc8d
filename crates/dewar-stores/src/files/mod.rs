//! Sessions in files, one each: in a [format of our own](Filesystem), or in [that of cachelib](cachelib), which Flask-Session shares.
//!
//! What both have in common is here: files that are whole or not there, locks that processes share, and what is known of a failure.

pub mod cachelib;
mod draft;
mod failure;
mod file;
mod folder;
mod locks;
mod native;
mod turns;
mod unfit;

pub use self::native::Filesystem;
