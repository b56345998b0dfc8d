//! Opens PostgreSQL.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::wanted::Wanted;
use crate::OpenError;
use crate::guard::GuardOptions;

pub(super) fn schema() -> String {
    crate::postgres::schema()
}

pub(super) fn open(_: &Wanted, _: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    Answer::Now(Err(OpenError::new("PostgreSQL: not built yet")))
}
