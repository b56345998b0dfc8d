//! Formats that do not keep everything: a session tries a value in them before it takes it.

use std::error::Error;
use std::sync::Arc;

use super::client_side::CookieFormat;
use super::server_side::{FlaskEncoding, RecordFormat};
use crate::codec::{Codec, Json, MsgPack};
use crate::session::Rehearsal;
use crate::value::Map;

#[derive(Debug)]
struct Rehearsed<C>(C);

/// `None`: sealed cookies keep everything.
pub(super) fn of_cookie(format: &CookieFormat) -> Option<Arc<dyn Rehearsal>> {
    match format {
        CookieFormat::Flask(flask) => Some(Arc::new(Rehearsed(flask.json))),
        CookieFormat::Sealed => None,
    }
}

/// `None`: our own records and pickles keep everything.
pub(super) fn of_records(format: &RecordFormat) -> Option<Arc<dyn Rehearsal>> {
    match format {
        RecordFormat::Flask(flask) => match flask.encoding {
            FlaskEncoding::MsgPack => Some(Arc::new(Rehearsed(MsgPack::default()))),
            FlaskEncoding::Json => Some(Arc::new(Rehearsed(Json::default()))),
            FlaskEncoding::Pickle => None,
        },
        RecordFormat::Native(_) => None,
    }
}

impl<C: Codec> Rehearsal for Rehearsed<C> {
    fn there_and_back(&self, data: &Map) -> Result<Map, Box<dyn Error + Send + Sync>> {
        Ok(self.0.decode(&self.0.encode(data)?)?)
    }
}
