#![doc = include_str!("guide.md")]

pub mod codec;
pub mod config;
pub mod cookie;
pub mod lifetime;
mod manager;
mod session;
pub mod signing;
pub mod store;
pub mod value;
pub mod web;

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
mod readme {}

use dewar_core::calendar;
pub use dewar_core::{clock, random};

pub use self::config::Config;
pub use self::cookie::CookiePolicy;
pub use self::lifetime::Lifetime;
pub use self::manager::{
    AtMost, ClientSide, CookieFormat, Epochs, Error, ErrorKind, FlaskEncoding, FlaskOptions, FlaskRecords,
    NativeRecord, NativeRecords, RecordFormat, RecordKind, Reply, SealedSession, ServerSide, SessionInfo,
    SessionManager, SettingsError, WhenEnded,
};
pub use self::session::{Device, Flash, Session};
pub use self::signing::SecretKeys;
