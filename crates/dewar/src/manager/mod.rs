//! Open at the request, save at the response.
//!
//! Deciding is pure (`plan`), doing is small. What the response must say comes back as a [`Reply`] of plain text,
//! which any framework can apply.

mod client_side;
mod cookie_place;
mod courtesy;
mod early_save;
mod ended;
mod epochs;
mod error;
mod formers;
mod namespace;
mod observe;
mod owners;
mod place;
mod plan;
mod reply;
mod rules;
mod save;
mod sealed_payload;
mod server_side;
mod session_manager;
mod settings_error;
mod store_place;
mod watches;

pub use self::client_side::{ClientSide, CookieFormat, FlaskOptions};
pub use self::epochs::Epochs;
pub use self::error::{Error, ErrorKind};
pub use self::reply::Reply;
pub use self::sealed_payload::SealedSession;
pub use self::server_side::{
    AtMost, FlaskEncoding, FlaskRecords, NativeRecords, RecordFormat, ServerSide, WhenEnded,
};
pub use self::session_manager::SessionManager;
pub use self::settings_error::SettingsError;
pub use self::store_place::{ParsedRecord, RecordKind};
