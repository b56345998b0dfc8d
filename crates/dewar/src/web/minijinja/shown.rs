//! What pages show beside the session: messages, and the list of an owner's sessions.

use minijinja::Value;
use minijinja::value::Serde;

use super::value::to_template;
use crate::session::{Flash, SessionInfo};

/// With `category` and `message`. `Markup` is HTML already, and is not escaped again.
impl From<Flash> for Value {
    fn from(flash: Flash) -> Self {
        Self::from_pairs([
            ("category", to_template(&flash.category)),
            ("message", to_template(&flash.message)),
        ])
    }
}

/// With the fields of [`SessionInfo`]; moments are texts such as `2024-02-29T12:34:56.789Z`.
impl From<SessionInfo> for Value {
    fn from(info: SessionInfo) -> Self {
        Serde(info).into()
    }
}
