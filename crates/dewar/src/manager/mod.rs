//! Open at the request, save at the response.
//!
//! Deciding is pure (`plan`), doing is small. What the response must say comes back as a [`Reply`] of plain text,
//! which any framework can apply.

mod client_side;
mod error;
mod format;
mod keeper;
mod plan;
mod reply;
mod sealed_payload;
mod settings;

pub use self::error::{Error, ErrorKind};
pub use self::keeper::SessionManager;
pub use self::reply::Reply;
pub use self::sealed_payload::SealedSession;
pub use self::settings::{ClientSide, CookieFormat, FlaskOptions, SettingsError};
