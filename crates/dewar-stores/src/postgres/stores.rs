//! The stores.

use crate::sql::{self, POSTGRES};

/// The SQL that creates the table of sessions and its indexes.
pub(crate) fn schema() -> String {
    sql::native_table(&POSTGRES).to_string()
}
