//! The settings of Flask-Session's records.

use std::sync::Arc;
use std::time::Duration;

use super::FlaskSettingsError;
use crate::codec::{Json, MsgPack};
use crate::cookie::CookiePolicy;
use crate::lifetime::{Lifetime, Permanence};
use crate::manager::server_side::{RecordFormat, RecordSettings, ServerSide};
use crate::manager::settings_error::SettingsError;
use crate::manager::store_place::{FlaskIds, Ids, Records};
use crate::session::RoundTrip;
use crate::signing::SecretKeys;
use crate::store::IntoStore;

/// Settings of a Flask-Session program for keys and records, with the defaults of Flask-Session 0.8.
#[derive(Debug, Clone)]
pub struct FlaskRecords {
    /// `SESSION_KEY_PREFIX`: the prefix of every key and every owner. Programs that share an engine need different prefixes, none of which
    /// begins with another.
    pub key_prefix: String,
    /// `SESSION_ID_LENGTH`: the number of random bytes in an id, 16 to 128. Flask-Session accepts fewer, which can be guessed.
    pub id_length: usize,
    /// `SESSION_SERIALIZATION_FORMAT`: the format that is written. The other formats can always be read.
    pub encoding: FlaskEncoding,
    /// `SESSION_USE_SIGNER`: the keys, if the id in the cookie is signed.
    pub signer: Option<SecretKeys>,
}

/// The format in which Flask-Session writes the data of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FlaskEncoding {
    /// msgspec's MessagePack: the default of the Redis, Memcached, MongoDB and SQL backends.
    #[default]
    MsgPack,
    /// msgspec's JSON.
    Json,
    /// The plain-data part of pickle, used in cachelib's files (the filesystem and cachelib backends).
    Pickle,
}

impl Default for FlaskRecords {
    fn default() -> Self {
        Self {
            key_prefix: "session:".to_owned(),
            id_length: 32,
            encoding: FlaskEncoding::default(),
            signer: None,
        }
    }
}

impl ServerSide {
    /// Creates settings with Flask-Session's records and Flask's cookie, and the defaults of both, to share sessions with a Flask program
    /// or to replace it. A record may have 1 MiB, which Flask-Session does not limit. The program's name in the store is its [key
    /// prefix](FlaskRecords::key_prefix).
    #[must_use]
    pub fn flask(store: impl IntoStore) -> Self {
        Self {
            cookie: CookiePolicy::flask(),
            lifetime: Lifetime { permanence: Permanence::Permanent, ..Lifetime::flask() },
            ..Self::with_records(RecordFormat::Flask(FlaskRecords::default()), store)
        }
    }
}

impl RecordSettings for FlaskRecords {
    /// Limits that a record cannot store are refused, not ignored.
    fn check(&self, settings: &ServerSide) -> Result<(), SettingsError> {
        if settings.lifetime.absolute.is_some() {
            return Err(FlaskSettingsError::AbsoluteLimitInRecord.into());
        }
        if !(16..=128).contains(&self.id_length) {
            return Err(FlaskSettingsError::IdLength(self.id_length).into());
        }
        Ok(())
    }

    /// A pickle can represent every value.
    fn round_trip(&self) -> Option<Arc<dyn RoundTrip>> {
        match self.encoding {
            FlaskEncoding::MsgPack => Some(Arc::new(MsgPack::default())),
            FlaskEncoding::Json => Some(Arc::new(Json::default())),
            FlaskEncoding::Pickle => None,
        }
    }

    fn ids(&self) -> Result<Ids, SettingsError> {
        let form = FlaskIds::new(self.id_length, self.signer.as_ref())?;
        Ok(Ids::flask(&self.key_prefix, form))
    }

    fn records(&self, _: Duration) -> Box<dyn Records> {
        Box::new(self.encoding)
    }

    fn largest_record(&self) -> usize {
        1 << 20
    }
}
