//! Opens PostgreSQL: Dewar's own table, or the table of Flask-Session's SQLAlchemy backend.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::wanted::{Place, Wanted};
use crate::OpenError;
use crate::guard::GuardOptions;
use crate::postgres::{self, Postgres, PostgresOptions};

pub(super) fn schema(wanted: &Wanted) -> Result<String, OpenError> {
    match wanted.place() {
        Place::Own(_) => Ok(postgres::schema()),
        #[cfg(feature = "flask")]
        Place::OfFlask => super::shared_table::schema(wanted, &crate::sql::POSTGRES),
    }
}

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    match wanted.place() {
        Place::Own(url) => {
            Answer::later(
                async move { Ok(guarded(Postgres::open(url, options(wanted, &guard)).await?, guard)) },
            )
        }
        #[cfg(feature = "flask")]
        Place::OfFlask => Answer::later(table_of_flask(wanted, guard)),
    }
}

/// A call that waits for a lock can report it within the guard's deadline.
fn options(wanted: &Wanted, guard: &GuardOptions) -> PostgresOptions {
    PostgresOptions {
        create_table: (!wanted.create).then_some(false),
        lock_timeout: guard.deadline / 2,
        timeout: guard.timeout(),
        ..PostgresOptions::default()
    }
}

#[cfg(feature = "flask")]
async fn table_of_flask(wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    use super::shared_table;
    use crate::postgres::SqlAlchemy;

    let store =
        SqlAlchemy::open(shared_table::url(wanted), shared_table::table(wanted), options(wanted, &guard))
            .await?;
    Ok(shared_table::swept(wanted, guarded(store, guard)))
}
