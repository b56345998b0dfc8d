//! Settings for sessions in a store: which store, and the format of the records.

use super::defaults::Formats;
use super::error::ConfigError;
use super::flask;
use super::reader::Reader;
use super::setting::{self, Sessions};
use super::store_spec::{self, StorePlace, StoreSpec, StoreUrl};
use crate::lifetime::Permanence;
use crate::manager::{NativeRecords, RecordFormat};
use crate::signing::SecretKeys;
use crate::value::Value;

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
        StorePlace::SessionType(name) => flask::records(reader, name, keys)?,
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

fn permanence(reader: &Reader<'_>, formats: Formats) -> Result<Permanence, ConfigError> {
    Ok(match reader.flag(setting::SESSION_PERMANENT)? {
        None => formats.permanence_in_store(),
        Some(true) => Permanence::Permanent,
        Some(false) => Permanence::BrowserSession,
    })
}
