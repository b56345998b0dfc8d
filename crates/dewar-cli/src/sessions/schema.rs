//! `dewar sessions schema`.

use super::trouble::Trouble;
use super::{flask, place};
use crate::args::Schema;
use crate::cmd::Finding;
use crate::output::{self, Text};

/// Prints the SQL that creates the table of a store. The store is not opened.
pub(super) fn run(args: &Schema) -> Result<Finding, Trouble> {
    let url = place::url(args.url.as_deref(), "DEWAR_STORE")?;
    let schema = if args.flask {
        dewar_stores::schema_from_config(&flask::config(&url, &args.settings)?)?
    } else {
        dewar_stores::schema(&url)?
    };
    output::line(Text::lines(schema.trim_end()));
    Ok(Finding::Good)
}
