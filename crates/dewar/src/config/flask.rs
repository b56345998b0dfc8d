//! Flask's formats in the settings.

use super::error::ConfigError;
use super::reader::Reader;
use super::setting;
use crate::manager::{CookieFormat, FlaskEncoding, FlaskOptions, FlaskRecords, RecordFormat};
use crate::signing::SecretKeys;

/// The values of `SESSION_TYPE` for which Flask-Session 0.8 uses a library that pickles records, whatever serialization format is set.
const PICKLED: [&str; 2] = ["filesystem", "cachelib"];

/// Flask's cookies. `asked_for_by`: the setting that chose them; `None`, none chose any.
pub(super) fn cookie_format(_asked_for_by: Option<&'static str>) -> Result<CookieFormat, ConfigError> {
    Ok(CookieFormat::Flask(FlaskOptions::default()))
}

/// The records of Flask-Session's program with these settings.
pub(super) fn records(
    reader: &Reader<'_>,
    session_type: &str,
    keys: &SecretKeys,
) -> Result<RecordFormat, ConfigError> {
    let defaults = FlaskRecords::default();
    let format = encoding(reader)?.unwrap_or(defaults.encoding);
    let is_pickled = PICKLED.iter().any(|name| name.eq_ignore_ascii_case(session_type));
    Ok(RecordFormat::Flask(FlaskRecords {
        key_prefix: prefix(reader, defaults.key_prefix)?,
        id_length: reader
            .number(setting::SESSION_ID_LENGTH, 16..=128)?
            .map_or(defaults.id_length, |bytes| bytes as usize),
        encoding: if is_pickled { FlaskEncoding::Pickle } else { format },
        signer: reader.flag(setting::SESSION_USE_SIGNER)?.unwrap_or(false).then(|| keys.clone()),
    }))
}

fn encoding(reader: &Reader<'_>) -> Result<Option<FlaskEncoding>, ConfigError> {
    match reader.text(setting::SESSION_SERIALIZATION_FORMAT)? {
        None => Ok(None),
        Some("msgpack") => Ok(Some(FlaskEncoding::MsgPack)),
        Some("json") => Ok(Some(FlaskEncoding::Json)),
        Some(other) => Err(ConfigError::UnknownSerialization { found: other.to_owned() }),
    }
}

/// A key has at most 512 bytes, of which the id after the prefix takes up to 171.
fn prefix(reader: &Reader<'_>, default: String) -> Result<String, ConfigError> {
    match reader.text(setting::SESSION_KEY_PREFIX)? {
        None => Ok(default),
        Some(prefix) if prefix.len() > 256 => Err(ConfigError::PrefixTooLong),
        Some(prefix) => Ok(prefix.to_owned()),
    }
}
