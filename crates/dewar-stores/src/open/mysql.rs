//! Opens MySQL and MariaDB: Dewar's own table, or the table of Flask-Session's SQLAlchemy backend.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::wanted::{Place, Wanted};
use crate::OpenError;
use crate::guard::GuardOptions;
use crate::mysql::{self, MySql, MySqlOptions};

pub(super) fn schema() -> String {
    mysql::schema()
}

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    match wanted.place() {
        Place::Own(url) => {
            Answer::later(async move { Ok(guarded(MySql::open(url, MySqlOptions::default()).await?, guard)) })
        }
        #[cfg(feature = "flask")]
        Place::OfFlask => Answer::later(table_of_flask(wanted, guard)),
    }
}

/// The table is made if it is missing, as Flask-Session does.
#[cfg(feature = "flask")]
async fn table_of_flask(wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    use super::swept::Swept;
    use crate::mysql::SqlAlchemy;

    let url = wanted.text("SESSION_SQLALCHEMY").unwrap_or_default();
    let table = wanted.text("SESSION_SQLALCHEMY_TABLE").unwrap_or(SqlAlchemy::TABLE);
    let options = MySqlOptions { create_table: true, ..MySqlOptions::default() };
    let store = guarded(SqlAlchemy::open(url, table, options).await?, guard);
    Ok(match wanted.number("SESSION_CLEANUP_N_REQUESTS") {
        Some(requests) => Arc::new(Swept::new(store, requests)),
        None => store,
    })
}
