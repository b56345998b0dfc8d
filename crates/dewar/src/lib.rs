#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(any(not(doctest), feature = "axum"), doc = include_str!("lib.md"))]

pub mod codec;
pub mod config;
pub mod cookie;
pub mod guide;
pub mod lifetime;
mod manager;
pub mod session;
pub mod signing;
pub mod store;
pub mod value;
pub mod web;

#[cfg(all(doctest, feature = "axum"))]
#[doc = include_str!("../../../README.md")]
mod project_readme {}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

use dewar_core::calendar;
pub use dewar_core::{clock, random};

pub use self::cookie::CookiePolicy;
pub use self::lifetime::Lifetime;
pub use self::manager::{ClientSide, ServerSide, SessionManager};
pub use self::session::{Login, Session};
pub use self::signing::SecretKeys;

/// What settings are made of: formats, limits, the store for "log out everywhere".
pub mod settings {
    pub use crate::manager::{CookieFormat, NativeRecords, OnEnded, RecordFormat, Revocation, SessionLimit};
    #[cfg(feature = "flask")]
    pub use crate::manager::{FlaskEncoding, FlaskOptions, FlaskRecords};
    pub use crate::session::OnConflict;
}

/// What can go wrong when a manager is made, and when a session is opened, used or saved.
pub mod error {
    #[cfg(feature = "flask")]
    pub use crate::manager::FlaskSettingsError;
    pub use crate::manager::{Error, ErrorKind, SettingsError};
}

/// For operators: list, end and copy all sessions of a program. The `dewar` command is made of this.
pub mod admin {
    pub use crate::manager::{
        Copier, CopyMark, CopyOutcome, CopySettingsError, EntryKind, SessionAdmin, SessionEntry, SessionPage,
    };
}

/// For programs that look into cookies and stores, such as the `dewar` command.
pub mod inspect {
    pub use crate::manager::{ParsedRecord, RecordKind, SealedSession};
}
