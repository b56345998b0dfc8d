//! SQLite: a table of Dewar's own, or the one of Flask-Session's SQLAlchemy backend.

#[cfg(feature = "flask")]
mod flask;

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::path;
use super::wanted::{Place, Wanted};
use crate::OpenError;
use crate::guard::GuardOptions;
use crate::sqlite::{Sqlite, Synchronous};

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    match wanted.place() {
        Place::Own(url) => own_table(url, guard),
        #[cfg(feature = "flask")]
        Place::OfFlask => flask::open(wanted, guard),
    }
    .into()
}

fn own_table(url: &str, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    let file = path::from_url(url, "sqlite:///var/lib/app/sessions.db")?;
    Ok(guarded(Sqlite::open(file, Synchronous::default())?, guard))
}
