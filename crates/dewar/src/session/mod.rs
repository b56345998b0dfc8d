//! The session: what a program holds during a request.
//!
//! A [`Session`] is a plain value behind a handle. It knows no store, no cookie, no clock and no framework; what was done to
//! it is recorded, key by key, and whoever keeps sessions decides from the record what must be written.

mod changes;
mod flash;
mod handle;
mod state;

pub use self::flash::Flash;
pub use self::handle::Session;
pub(crate) use self::state::{Origin, PERMANENT_KEY, PermanentFlag, State};
