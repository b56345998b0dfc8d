//! Web sessions: safe by default, byte-compatible with Flask.

mod civil;
pub mod clock;
pub mod codec;
pub mod cookie;
pub mod lifetime;
mod manager;
pub mod random;
mod session;
pub mod signing;
pub mod value;
pub mod web;

pub use self::cookie::CookiePolicy;
pub use self::lifetime::Lifetime;
pub use self::manager::{
    ClientSide, CookieFormat, Error, ErrorKind, FlaskOptions, Reply, SessionManager, SettingsError,
};
pub use self::session::{Flash, Session};
pub use self::signing::SecretKeys;
