//! Flask's formats in the settings of a program without the feature `flask`: each is refused.

use super::error::ConfigError;
use super::reader::Reader;
use super::setting;
use crate::manager::{CookieFormat, RecordFormat};
use crate::signing::SecretKeys;

pub(super) fn cookie_format(asked_for_by: Option<&'static str>) -> Result<CookieFormat, ConfigError> {
    Err(ConfigError::WithoutFlask { setting: asked_for_by })
}

pub(super) fn records(_: &Reader<'_>, _: &str, _: &SecretKeys) -> Result<RecordFormat, ConfigError> {
    Err(ConfigError::WithoutFlask { setting: Some(setting::SESSION_TYPE) })
}
