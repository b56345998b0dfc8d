//! Opens MySQL and MariaDB: Dewar's own table, or the table of Flask-Session's SQLAlchemy backend.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::wanted::{Place, Wanted};
use crate::OpenError;
use crate::guard::GuardOptions;
use crate::mysql::{self, MySql, MySqlOptions};

pub(super) fn schema(wanted: &Wanted) -> Result<String, OpenError> {
    match wanted.place() {
        Place::Own(_) => Ok(mysql::schema()),
        #[cfg(feature = "flask")]
        Place::OfFlask => super::shared_table::schema(wanted, &crate::sql::MYSQL),
    }
}

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    match wanted.place() {
        Place::Own(url) => {
            Answer::later(async move { Ok(guarded(MySql::open(url, options(wanted, &guard)).await?, guard)) })
        }
        #[cfg(feature = "flask")]
        Place::OfFlask => Answer::later(table_of_flask(wanted, guard)),
    }
}

fn options(wanted: &Wanted, guard: &GuardOptions) -> MySqlOptions {
    MySqlOptions {
        create_table: (!wanted.create).then_some(false),
        timeout: guard.timeout(),
        ..MySqlOptions::default()
    }
}

#[cfg(feature = "flask")]
async fn table_of_flask(wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    use super::shared_table;
    use crate::mysql::SqlAlchemy;

    let options = options(wanted, &guard);
    let store = SqlAlchemy::open(shared_table::url(wanted), shared_table::table(wanted), options).await?;
    Ok(shared_table::swept(wanted, guarded(store, guard)))
}
