//! Sessions in a store: Flask-Session's settings, and `SESSION_STORE`.

use std::path::PathBuf;

use super::error::ConfigError;
use super::reader::Reader;
use super::setting::Setting;
use super::store_choice::{RedisChoice, StoreChoice, StoreUrl};
use super::store_url;
use crate::lifetime::Permanence;
use crate::manager::{FlaskEncoding, FlaskRecords, NativeRecords, RecordFormat};
use crate::signing::SecretKeys;

/// What the settings say of sessions in a store.
#[derive(Debug, Clone)]
pub(super) struct InStore {
    pub(super) choice: StoreChoice,
    pub(super) records: RecordFormat,
    pub(super) permanence: Permanence,
}

/// The words of `SESSION_TYPE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Backend {
    Redis,
    Files,
    SqlAlchemy,
}

/// `None`: sessions live in the cookie.
pub(super) fn in_store(reader: &Reader<'_>, keys: &SecretKeys) -> Result<Option<InStore>, ConfigError> {
    let backend = backend(reader)?;
    let url = reader.text_or_null(Setting::SessionStore)?.flatten();
    let (choice, records) = match (backend, url) {
        (Some(_), Some(_)) => return Err(ConfigError::TwoStores),
        (Some(backend), None) => (shared_with_flask(reader, backend)?, flask_records(reader, backend, keys)?),
        (None, Some(url)) => {
            only_with_type(reader, Setting::WITH_TYPE)?;
            own(reader, url)?
        }
        (None, None) => {
            // Who says null wants none of it.
            if reader.value(Setting::SessionType).is_none() {
                only_with_type(reader, Setting::WITH_TYPE)?;
                only_with_type(reader, Setting::IN_STORE)?;
            }
            return Ok(None);
        }
    };
    Ok(Some(InStore { choice, records, permanence: permanence(reader)? }))
}

/// Flask-Session takes capitals, too.
fn backend(reader: &Reader<'_>) -> Result<Option<Backend>, ConfigError> {
    let Some(found) = reader.text_or_null(Setting::SessionType)?.flatten() else { return Ok(None) };
    match found.to_ascii_lowercase().as_str() {
        "null" => Ok(None),
        "redis" => Ok(Some(Backend::Redis)),
        "filesystem" | "cachelib" => Ok(Some(Backend::Files)),
        "sqlalchemy" => Ok(Some(Backend::SqlAlchemy)),
        "memcached" | "mongodb" | "dynamodb" => {
            Err(ConfigError::NotYet { setting: Setting::SessionType.name() })
        }
        _ => Err(ConfigError::UnknownSessionType { found: found.to_owned() }),
    }
}

fn only_with_type(reader: &Reader<'_>, settings: &[Setting]) -> Result<(), ConfigError> {
    match settings.iter().find(|setting| reader.is_set(**setting)) {
        Some(setting) => Err(ConfigError::NoSessionType { setting: setting.name() }),
        None => Ok(()),
    }
}

/// Dewar's own records. What is wrong with the URL is found when the store is opened.
fn own(reader: &Reader<'_>, url: &str) -> Result<(StoreChoice, RecordFormat), ConfigError> {
    let name = reader.text(Setting::DewarName)?.ok_or(ConfigError::NoName)?.to_owned();
    let choice = if store_url::is_redis(url) {
        StoreChoice::Redis(redis(reader, url, true)?)
    } else {
        StoreChoice::Url(StoreUrl::new(url))
    };
    Ok((choice, RecordFormat::Native(NativeRecords { name })))
}

fn shared_with_flask(reader: &Reader<'_>, backend: Backend) -> Result<StoreChoice, ConfigError> {
    Ok(match backend {
        Backend::Redis => {
            let url =
                reader.text_or_null(Setting::SessionRedis)?.flatten().unwrap_or("redis://localhost:6379/0");
            if !store_url::is_redis(url) {
                return Err(store_url::refused(Setting::SessionRedis, store_url::REDIS));
            }
            StoreChoice::Redis(redis(reader, url, false)?)
        }
        Backend::Files => {
            not_yet(reader, &[Setting::SessionCachelib])?;
            let folder = reader.text_or_null(Setting::SessionFileDir)?.flatten();
            StoreChoice::Cachelib {
                folder: folder.filter(|folder| !folder.is_empty()).unwrap_or("flask_session").into(),
                threshold: reader.number(Setting::SessionFileThreshold, 0..=u32::MAX)?.unwrap_or(500),
                mode: reader.number(Setting::SessionFileMode, 0..=0o777)?.unwrap_or(0o600),
            }
        }
        Backend::SqlAlchemy => {
            not_yet(reader, SQLALCHEMY_NOT_YET)?;
            StoreChoice::SqlAlchemy {
                file: sqlite_file(reader)?,
                table: reader.text(Setting::SessionSqlalchemyTable)?.unwrap_or("sessions").to_owned(),
                cleanup_n_requests: reader.number(Setting::SessionCleanupNRequests, 1..=u32::MAX)?,
            }
        }
    })
}

/// SQLite has no schemas, and there is one database.
const SQLALCHEMY_NOT_YET: &[Setting] = &[
    Setting::SessionSqlalchemySequence,
    Setting::SessionSqlalchemySchema,
    Setting::SessionSqlalchemyBindKey,
];

fn not_yet(reader: &Reader<'_>, settings: &[Setting]) -> Result<(), ConfigError> {
    match settings.iter().find(|setting| reader.is_set(**setting)) {
        Some(setting) => Err(ConfigError::NotYet { setting: setting.name() }),
        None => Ok(()),
    }
}

/// The program's own database unless another one is named.
fn sqlite_file(reader: &Reader<'_>) -> Result<PathBuf, ConfigError> {
    let settings = [Setting::SessionSqlalchemy, Setting::SqlalchemyDatabaseUri];
    let named =
        settings.into_iter().find(|setting| reader.is_set(*setting)).unwrap_or(Setting::SessionSqlalchemy);
    let url = reader.text_or_null(named)?.flatten();
    url.and_then(store_url::sqlite_file).ok_or_else(|| store_url::refused(named, store_url::SQLITE))
}

fn redis(reader: &Reader<'_>, url: &str, owners: bool) -> Result<RedisChoice, ConfigError> {
    let password = reader.text_or_null(Setting::SessionRedisPassword)?.flatten();
    Ok(RedisChoice {
        url: StoreUrl::new(url),
        password: password.filter(|password| !password.is_empty()).map(str::to_owned),
        database: reader.number(Setting::SessionRedisDb, 0..=i32::MAX.unsigned_abs())?,
        owners,
    })
}

fn flask_records(
    reader: &Reader<'_>,
    backend: Backend,
    keys: &SecretKeys,
) -> Result<RecordFormat, ConfigError> {
    let defaults = FlaskRecords::default();
    let format = encoding(reader)?.unwrap_or(defaults.encoding);
    Ok(RecordFormat::Flask(FlaskRecords {
        key_prefix: prefix(reader, defaults.key_prefix)?,
        id_length: reader
            .number(Setting::SessionIdLength, 16..=128)?
            .map_or(defaults.id_length, |bytes| bytes as usize),
        // Cachelib's files hold pickles, whatever format is set.
        encoding: if backend == Backend::Files { FlaskEncoding::Pickle } else { format },
        signer: reader.flag(Setting::SessionUseSigner)?.unwrap_or(false).then(|| keys.clone()),
    }))
}

fn encoding(reader: &Reader<'_>) -> Result<Option<FlaskEncoding>, ConfigError> {
    match reader.text(Setting::SessionSerializationFormat)? {
        None => Ok(None),
        Some("msgpack") => Ok(Some(FlaskEncoding::MsgPack)),
        Some("json") => Ok(Some(FlaskEncoding::Json)),
        Some(other) => Err(ConfigError::UnknownSerialization { found: other.to_owned() }),
    }
}

/// A key has 512 bytes at most, and the id behind the prefix up to 171.
fn prefix(reader: &Reader<'_>, default: String) -> Result<String, ConfigError> {
    match reader.text(Setting::SessionKeyPrefix)? {
        None => Ok(default),
        Some(prefix) if prefix.len() > 256 => Err(ConfigError::PrefixTooLong),
        Some(prefix) => Ok(prefix.to_owned()),
    }
}

fn permanence(reader: &Reader<'_>) -> Result<Permanence, ConfigError> {
    Ok(match reader.flag(Setting::SessionPermanent)? {
        Some(false) => Permanence::BrowserSession,
        _ => Permanence::Permanent,
    })
}
