//! The session: what a program holds during a request.
//!
//! A [`Session`] is a plain value behind a handle. It knows no store, no cookie, no clock and no framework; what was done to
//! it is recorded, key by key, and whoever keeps sessions decides from the record what must be written.

mod changes;
mod flash;
mod handle;
mod id;
mod layout;
mod lock;
mod lost_changes;
mod origin;
mod owner;
mod rehearsal;
mod saving;
mod state;

pub(crate) use self::changes::NewId;
pub use self::flash::Flash;
pub use self::handle::Session;
pub(crate) use self::id::SessionId;
pub(crate) use self::layout::{Layout, Present};
pub(crate) use self::origin::{EndedId, Former, Kept, Origin};
pub use self::owner::Device;
pub(crate) use self::owner::owner_name;
pub(crate) use self::rehearsal::Rehearsal;
pub(crate) use self::saving::SavePermit;
pub(crate) use self::state::{Saved, State};
