//! Whether the user may do what sessions need. A server without users allows everything.

use std::time::Duration;

use ::mongodb::Database;
use ::mongodb::bson::{Document, doc};

use super::spawned;
use crate::OpenError;

/// What is done to documents.
const NEEDED: [&str; 4] = ["find", "insert", "update", "remove"];

/// Refuses a user who lacks a right. Returns whether a user has signed in. Every user may ask for the own rights; if no answer comes, the calls
/// will tell.
pub(super) async fn check(database: &Database, collection: &str) -> Result<bool, OpenError> {
    let asked = database.clone();
    let ask = async move { asked.run_command(doc! { "connectionStatus": 1, "showPrivileges": true }).await };
    let Ok(Ok(status)) = spawned::run(Duration::from_secs(2), ask).await else { return Ok(false) };
    match missing(&status, database.name(), collection) {
        Some(right) => Err(OpenError::new(format!(
            "the user may not {right} documents in the collection {collection} of MongoDB: grant the role readWrite on the database {}",
            database.name()
        ))),
        None => Ok(has_user(&status)),
    }
}

/// The first right that is missing; `None` if nobody has signed in.
fn missing(status: &Document, database: &str, collection: &str) -> Option<&'static str> {
    if !has_user(status) {
        return None;
    }
    let info = status.get_document("authInfo").ok()?;
    let privileges: Vec<&Document> = info
        .get_array("authenticatedUserPrivileges")
        .ok()?
        .iter()
        .filter_map(|one| one.as_document())
        .collect();
    let may = |action: &str| {
        privileges
            .iter()
            .any(|privilege| covers(privilege, database, collection) && allows(privilege, action))
    };
    NEEDED.into_iter().find(|action| !may(action))
}

fn has_user(status: &Document) -> bool {
    let users = status.get_document("authInfo").and_then(|info| info.get_array("authenticatedUsers"));
    users.is_ok_and(|users| !users.is_empty())
}

fn covers(privilege: &Document, database: &str, collection: &str) -> bool {
    let Ok(resource) = privilege.get_document("resource") else { return false };
    let is = |field: &str, name: &str| {
        resource.get_str(field).is_ok_and(|found| found.is_empty() || found == name)
    };
    resource.get_bool("anyResource").unwrap_or_default()
        || (is("db", database) && is("collection", collection))
}

fn allows(privilege: &Document, action: &str) -> bool {
    let actions = privilege.get_array("actions").into_iter().flatten();
    actions.filter_map(|found| found.as_str()).any(|found| found == action || found == "anyAction")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(privileges: Vec<Document>) -> Document {
        let users = vec![doc! { "user": "web", "db": "admin" }];
        doc! { "authInfo": { "authenticatedUsers": users, "authenticatedUserPrivileges": privileges } }
    }

    fn privilege(resource: Document, actions: &[&str]) -> Document {
        doc! { "resource": resource, "actions": actions.to_vec() }
    }

    #[test]
    fn the_first_right_that_is_missing() {
        let reads = privilege(doc! { "db": "shop", "collection": "" }, &["find"]);
        let writes =
            privilege(doc! { "db": "shop", "collection": "sessions" }, &["insert", "update", "remove"]);
        let elsewhere = privilege(doc! { "db": "other", "collection": "" }, &["insert", "update", "remove"]);
        let all = privilege(doc! { "anyResource": true }, &["anyAction"]);
        for (privileges, right) in [
            (vec![], Some("find")),
            (vec![reads.clone()], Some("insert")),
            (vec![reads.clone(), elsewhere], Some("insert")),
            (vec![reads, writes], None),
            (vec![all], None),
        ] {
            assert_eq!(missing(&status(privileges), "shop", "sessions"), right);
        }
        assert_eq!(missing(&doc! { "authInfo": { "authenticatedUsers": [] } }, "shop", "sessions"), None);
        assert_eq!(missing(&doc! {}, "shop", "sessions"), None);
    }
}
