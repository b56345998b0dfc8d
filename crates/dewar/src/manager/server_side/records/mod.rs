//! What a record says: Dewar's own, or Flask-Session's.

mod contents;
mod flask;
mod format;
mod native;

pub(super) use self::contents::{Contents, Found, Successor, Unreadable};
pub(super) use self::format::Records;
pub use self::native::{NativeRecord, RecordKind};
