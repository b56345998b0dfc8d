//! Open at the request, save at the response.
//!
//! The decisions are pure functions (`plan`), and carrying them out takes little code. The headers of the response come back as
//! [`SessionHeaders`], plain text that any framework can use.

mod at_once;
mod best_effort;
mod client_side;
mod cookie_place;
mod early_save;
mod ended;
mod error;
#[cfg(feature = "flask")]
mod flask;
mod namespace;
mod observe;
mod opening;
mod owners;
mod place;
mod plan;
mod previous;
mod revocation;
mod rules;
mod save;
mod sealed_payload;
mod server_side;
mod session_headers;
mod session_manager;
mod settings_error;
mod store_place;
mod watches;

pub use self::client_side::{ClientSide, CookieFormat};
pub use self::error::{Error, ErrorKind};
#[cfg(feature = "flask")]
pub use self::flask::{FlaskEncoding, FlaskOptions, FlaskRecords, FlaskSettingsError};
pub(crate) use self::opening::Unopened;
pub use self::revocation::Revocation;
pub use self::sealed_payload::SealedSession;
pub use self::server_side::{NativeRecords, OnEnded, RecordFormat, ServerSide, SessionLimit};
pub use self::session_headers::SessionHeaders;
pub use self::session_manager::SessionManager;
pub use self::settings_error::SettingsError;
pub use self::store_place::{
    Copier, CopyMark, CopyOutcome, CopySettingsError, EntryKind, ParsedRecord, RecordKind, SessionAdmin,
    SessionEntry, SessionPage,
};
