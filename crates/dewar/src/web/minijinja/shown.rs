//! Values for pages besides the session: flash messages and the list of an owner's sessions.

use minijinja::Value;
use minijinja::value::Serde;

use super::value::to_template;
use crate::session::{Flash, SessionInfo};

/// With `category` and `message`. `Markup` is already HTML and is not escaped again.
impl From<Flash> for Value {
    fn from(flash: Flash) -> Self {
        Self::from_pairs([
            ("category", to_template(&flash.category)),
            ("message", to_template(&flash.message)),
        ])
    }
}

/// With the fields of [`SessionInfo`]; times are text such as `2024-02-29T12:34:56.789Z`.
impl From<SessionInfo> for Value {
    fn from(info: SessionInfo) -> Self {
        Serde(info).into()
    }
}
