//! Whether a collection can hold sessions: what it is, and what is in it.

use ::mongodb::Database;
use ::mongodb::bson::{Document, doc};
use ::mongodb::error::Result;

/// Why a collection cannot be used; `None` if it does not exist.
pub(super) async fn unfit(database: Database, name: String) -> Result<Option<&'static str>> {
    let list = doc! { "listCollections": 1, "filter": { "name": name }, "authorizedCollections": true };
    let answer = database.run_command(list).await?;
    let found = answer.get_document("cursor").and_then(|cursor| cursor.get_array("firstBatch"));
    let found = found.ok().and_then(|batch| batch.first()?.as_document());
    Ok(found.and_then(kind))
}

fn kind(found: &Document) -> Option<&'static str> {
    if found.get_str("type").is_ok_and(|kind| kind != "collection") {
        return Some("is a view or a time series");
    }
    let options = found.get_document("options").ok()?;
    if options.contains_key("collation") {
        return Some("has a collation, by which different keys may be the same");
    }
    options
        .get_bool("capped")
        .unwrap_or_default()
        .then_some("is capped, and so removes sessions that have not expired")
}
