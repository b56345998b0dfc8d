//! The table that the settings of Flask-Session's SQLAlchemy backend name, for every SQL engine.

use std::sync::Arc;

use dewar_core::Store;

use super::swept::Swept;
use super::wanted::Wanted;
use crate::OpenError;
use crate::sql::{self, Dialect, FlaskTable};

/// The URL of the database.
pub(super) fn url(wanted: &Wanted) -> &str {
    wanted.text("SESSION_SQLALCHEMY").unwrap_or_default()
}

/// The names of the table.
pub(super) fn table(wanted: &Wanted) -> FlaskTable<'_> {
    FlaskTable {
        name: wanted.text("SESSION_SQLALCHEMY_TABLE").unwrap_or("sessions"),
        schema: wanted.text("SESSION_SQLALCHEMY_SCHEMA"),
        sequence: wanted.text("SESSION_SQLALCHEMY_SEQUENCE"),
    }
}

/// The SQL that creates it.
pub(super) fn schema(wanted: &Wanted, dialect: &Dialect) -> Result<String, OpenError> {
    sql::flask_table(dialect, table(wanted)).map(|table| table.to_string())
}

/// The store, swept as often as the settings say.
pub(super) fn swept(wanted: &Wanted, store: Arc<dyn Store>) -> Arc<dyn Store> {
    match wanted.number("SESSION_CLEANUP_N_REQUESTS") {
        Some(requests) => Arc::new(Swept::new(store, requests)),
        None => store,
    }
}
