//! Open at the request, save at the response.
//!
//! Deciding is pure (`plan`), doing is small. What the response must say comes back as a [`Reply`] of plain text,
//! which any framework can apply.

mod client_side;
mod courtesy;
mod epochs;
mod error;
mod facts;
mod format;
mod formers;
mod namespace;
mod observe;
mod plan;
mod rehearsed;
mod reply;
mod rules;
mod sealed_payload;
mod server_side;
mod session_manager;
mod settings;
mod side;

pub use self::epochs::Epochs;
pub use self::error::{Error, ErrorKind};
pub use self::reply::Reply;
pub use self::sealed_payload::SealedSession;
pub use self::server_side::{
    AtMost, FlaskEncoding, FlaskRecords, NativeRecord, NativeRecords, RecordFormat, RecordKind, ServerSide,
    SessionInfo, WhenEnded,
};
pub use self::session_manager::SessionManager;
pub use self::settings::{ClientSide, CookieFormat, FlaskOptions, SettingsError};
