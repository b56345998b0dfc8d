//! Settings for sessions in a store: which store, and the format of the records.

use super::defaults::Formats;
use super::error::ConfigError;
use super::reader::Reader;
use super::setting::{self, Sessions};
use super::store_spec::{self, StorePlace, StoreSpec, StoreUrl};
use crate::lifetime::Permanence;
use crate::manager::{FlaskEncoding, FlaskRecords, NativeRecords, RecordFormat};
use crate::signing::SecretKeys;
use crate::value::Value;

/// The values of `SESSION_TYPE` for which Flask-Session 0.8 uses a library that pickles records, whatever serialization format is set.
const PICKLED: [&str; 2] = ["filesystem", "cachelib"];

/// The settings for sessions in a store.
#[derive(Debug, Clone)]
pub(super) struct InStore {
    pub(super) spec: StoreSpec,
    pub(super) records: RecordFormat,
    pub(super) permanence: Permanence,
}

/// Reads the settings; `None` if sessions are stored in the cookie.
pub(super) fn in_store(
    reader: &Reader<'_>,
    place: Option<StorePlace>,
    formats: Formats,
    keys: &SecretKeys,
) -> Result<Option<InStore>, ConfigError> {
    let Some(place) = place else {
        return refuse_without_store(reader).map(|()| None);
    };
    let records = match &place {
        StorePlace::Url(_) => native_records(reader)?,
        StorePlace::SessionType(name) => flask_records(reader, name, keys)?,
    };
    let spec = StoreSpec::new(place, reader.others());
    Ok(Some(InStore { spec, records, permanence: permanence(reader, formats)? }))
}

/// The store that the settings name.
pub(super) fn place(reader: &Reader<'_>) -> Result<Option<StorePlace>, ConfigError> {
    let session_type = reader.text_or_null(setting::SESSION_TYPE)?.flatten();
    // In the environment, null is often written as a text.
    let session_type = session_type.filter(|name| !name.eq_ignore_ascii_case("null"));
    let url = reader.text_or_null(setting::SESSION_STORE)?.flatten();
    match (session_type, url) {
        (Some(_), Some(_)) => Err(ConfigError::TwoStores),
        (Some(name), None) => Ok(Some(StorePlace::SessionType(name.to_owned()))),
        (None, Some(url)) => Ok(Some(StorePlace::Url(StoreUrl::new(url)))),
        (None, None) => Ok(None),
    }
}

/// Refuses settings for sessions in a store, which would have no effect. With `SESSION_TYPE = null`, which turns Flask-Session off, they are ignored.
fn refuse_without_store(reader: &Reader<'_>) -> Result<(), ConfigError> {
    if reader.value(setting::SESSION_TYPE).is_some() {
        return Ok(());
    }
    refuse(reader, Sessions::Shared)?;
    refuse(reader, Sessions::Stored)?;
    let is_set = |name: &&str| reader.settings().get(name).is_some_and(|value| *value != Value::Null);
    let mut others = store_spec::names(reader.settings()).filter(is_set);
    others.next().map_or(Ok(()), |name| Err(ConfigError::NoSessionType { setting: name.to_owned() }))
}

fn refuse(reader: &Reader<'_>, sessions: Sessions) -> Result<(), ConfigError> {
    let mut of_these = setting::ALL.iter().filter(|setting| setting.sessions == sessions);
    match of_these.find(|setting| reader.is_set(setting.name)) {
        Some(setting) => Err(ConfigError::NoSessionType { setting: setting.name.to_owned() }),
        None => Ok(()),
    }
}

fn native_records(reader: &Reader<'_>) -> Result<RecordFormat, ConfigError> {
    refuse(reader, Sessions::Shared)?;
    let name = reader.text(setting::DEWAR_NAME)?.ok_or(ConfigError::MissingName)?.to_owned();
    Ok(RecordFormat::Native(NativeRecords { name }))
}

fn flask_records(
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

fn permanence(reader: &Reader<'_>, formats: Formats) -> Result<Permanence, ConfigError> {
    Ok(match reader.flag(setting::SESSION_PERMANENT)? {
        None => formats.permanence_in_store(),
        Some(true) => Permanence::Permanent,
        Some(false) => Permanence::BrowserSession,
    })
}
