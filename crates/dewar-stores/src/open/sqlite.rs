//! Opens SQLite: Dewar's own table, or the table of Flask-Session's SQLAlchemy backend.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::path;
use super::wanted::{Place, Wanted};
use crate::OpenError;
use crate::guard::GuardOptions;
use crate::sqlite::{self, Sqlite, SqliteOptions};

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    match wanted.place() {
        Place::Own(url) => own_table(url, wanted, guard),
        #[cfg(feature = "flask")]
        Place::OfFlask => table_of_flask(wanted, guard),
    }
    .into()
}

pub(super) fn schema(wanted: &Wanted) -> Result<String, OpenError> {
    match wanted.place() {
        Place::Own(_) => Ok(sqlite::schema()),
        #[cfg(feature = "flask")]
        Place::OfFlask => {
            check_schema(wanted)?;
            super::shared_table::schema(wanted, &crate::sql::SQLITE)
        }
    }
}

fn own_table(url: &str, wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    let file = path::from_url(url, "sqlite:///var/lib/app/sessions.db")?;
    Ok(guarded(Sqlite::open(file, options(wanted))?, guard))
}

fn options(wanted: &Wanted) -> SqliteOptions {
    SqliteOptions { create: wanted.create, ..SqliteOptions::default() }
}

#[cfg(feature = "flask")]
fn table_of_flask(wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    use super::{flask_url, shared_table};
    use crate::sqlite::SqlAlchemy;

    let file = flask_url::sqlite_file(shared_table::url(wanted))
        .ok_or_else(|| OpenError::new(format!("SESSION_SQLALCHEMY must be {}", flask_url::SQL)))?;
    check_schema(wanted)?;
    let store = SqlAlchemy::open(file, shared_table::table(wanted).name, options(wanted))?;
    Ok(shared_table::swept(wanted, guarded(store, guard)))
}

#[cfg(feature = "flask")]
fn check_schema(wanted: &Wanted) -> Result<(), OpenError> {
    match super::shared_table::table(wanted).schema {
        None => Ok(()),
        Some(_) => Err(OpenError::new(
            "SESSION_SQLALCHEMY_SCHEMA: SQLite has no schemas; remove the setting, or use another database",
        )),
    }
}
