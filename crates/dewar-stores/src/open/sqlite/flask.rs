//! The table of Flask-Session's SQLAlchemy backend.

use std::sync::Arc;

use dewar_core::Store;

use crate::OpenError;
use crate::guard::GuardOptions;
use crate::open::engine::guarded;
use crate::open::flask_url;
use crate::open::swept::Swept;
use crate::open::wanted::Wanted;
use crate::sqlite::{SqlAlchemy, Synchronous};

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    let url = wanted.text("SESSION_SQLALCHEMY").unwrap_or_default();
    let file = flask_url::sqlite_file(url)
        .ok_or_else(|| OpenError::new(format!("SESSION_SQLALCHEMY must be {}", flask_url::SQLITE)))?;
    let table = wanted.text("SESSION_SQLALCHEMY_TABLE").unwrap_or("sessions");
    let store = guarded(SqlAlchemy::open(file, table, Synchronous::default())?, guard);
    Ok(match wanted.number("SESSION_CLEANUP_N_REQUESTS") {
        Some(requests) => Arc::new(Swept::new(store, requests)),
        None => store,
    })
}
