//! The session that a program reads and changes during a request.
//!
//! A [`Session`] is a handle to a plain value that does not depend on a store, cookie, clock or framework. It records the changes of a
//! request key by key, and the manager decides from that record what must be written.
#![doc = include_str!("merging.md")]

mod changes;
mod computed;
mod conflict;
mod counted;
mod data;
mod flash;
mod handle;
mod id;
mod layout;
mod lifecycle;
mod lock;
mod log;
mod login;
mod lost_changes;
mod merge;
mod origin;
mod owner;
mod reads;
mod replay;
mod saving;
mod state;
mod timeouts;
mod typed;
mod unsent;
mod values;

pub(crate) use self::changes::NewId;
pub use self::conflict::OnConflict;
pub(crate) use self::conflict::{CannotMerge, Rebased};
pub use self::flash::Flash;
pub use self::handle::Session;
pub(crate) use self::id::{SessionId, base64};
pub(crate) use self::layout::{Layout, StoredSession};
pub use self::login::Login;
pub(crate) use self::origin::{EndedId, Origin, Previous, StoredAt};
pub(crate) use self::owner::owner_name;
pub use self::owner::{Device, SessionInfo};
pub(crate) use self::saving::{AsyncLock, SavePermit};
pub(crate) use self::state::State;
pub use self::typed::{SessionData, Typed};
pub(crate) use self::values::RoundTrip;
