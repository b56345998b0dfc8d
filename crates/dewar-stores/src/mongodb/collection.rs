//! The collection of sessions, over a client of its own in each process.
//!
//! A client works in tasks that a forked process does not have: there its calls would get no answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::{mem, process};

use ::mongodb::bson::Document;
use ::mongodb::options::{ClientOptions, CollectionOptions};
use ::mongodb::{Client, Collection, Namespace};
use dewar_core::StoreError;

use super::failure;

/// The collection. Clones share it.
#[derive(Clone)]
pub(super) struct ProcessCollection(Arc<Shared>);

struct Shared {
    namespace: Namespace,
    /// What a client is made with; `None`: it is the program's, which has to replace it after a fork.
    client: Option<ClientOptions>,
    current: Mutex<Current>,
}

struct Current {
    collection: Collection<Document>,
    /// The process that made its client.
    process: u32,
}

impl ProcessCollection {
    pub(super) fn new(collection: Collection<Document>, client: Option<ClientOptions>) -> Self {
        let namespace = collection.namespace();
        let current = Mutex::new(Current { collection, process: process::id() });
        Self(Arc::new(Shared { namespace, client, current }))
    }

    pub(super) fn namespace(&self) -> &Namespace {
        &self.0.namespace
    }

    /// Returns the collection, over a new client if the current one is that of the parent process.
    pub(super) fn get(&self) -> Result<Collection<Document>, StoreError> {
        self.of_process(process::id())
    }

    fn of_process(&self, process: u32) -> Result<Collection<Document>, StoreError> {
        let mut current = self.0.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.process != process
            && let Some(options) = &self.0.client
        {
            let client = Client::with_options(options.clone());
            let client = client.map_err(|error| failure::store_error(&error, false))?;
            let collection = over(&client, &current.collection);
            let parents = mem::replace(&mut *current, Current { collection, process });
            // Dropped, it would end tasks and connections that belong to the parent.
            mem::forget(parents);
        }
        Ok(current.collection.clone())
    }
}

/// The same collection over another client.
fn over(client: &Client, collection: &Collection<Document>) -> Collection<Document> {
    let namespace = collection.namespace();
    let mut options = CollectionOptions::default();
    options.selection_criteria = collection.selection_criteria().cloned();
    options.read_concern = collection.read_concern().cloned();
    options.write_concern = collection.write_concern().cloned();
    client.database(&namespace.db).collection_with_options(&namespace.coll, options)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use ::mongodb::bson::doc;
    use ::mongodb::options::{ReadConcern, ReadPreference, WriteConcern};
    use dewar_servers::MongoDb as Server;

    use super::*;

    #[tokio::test]
    async fn a_forked_process_has_a_client_of_its_own() {
        let Some(server) = Server::for_test() else { return };
        let mut options = ClientOptions::parse(server.url()).await.unwrap();
        options.server_selection_timeout = Some(Duration::from_secs(5));
        let client = Client::with_options(options.clone()).unwrap();
        let parents = client.database("shop").collection::<Document>("forked");
        parents.find_one(doc! {}).await.unwrap();
        let of_program = ProcessCollection::new(parents.clone(), None);
        let sessions = ProcessCollection::new(parents, Some(options));
        client.shutdown().immediate(true).await;
        let child = process::id() + 1;
        for of_parent in [sessions.get(), of_program.of_process(child)] {
            assert!(of_parent.unwrap().find_one(doc! {}).await.is_err(), "it is still the first client");
        }
        sessions.of_process(child).unwrap().find_one(doc! {}).await.unwrap();
    }

    #[tokio::test]
    async fn another_client_reads_and_writes_the_same_collection_in_the_same_way() {
        let client = Client::with_uri_str("mongodb://127.0.0.1:1").await.unwrap();
        let mut options = CollectionOptions::default();
        options.selection_criteria = Some(ReadPreference::Primary.into());
        options.read_concern = Some(ReadConcern::majority());
        options.write_concern = Some(WriteConcern::majority());
        let sessions = client.database("shop").collection_with_options::<Document>("sessions", options);
        let other = over(&client, &sessions);
        assert_eq!(other.namespace(), sessions.namespace());
        assert_eq!(other.selection_criteria(), sessions.selection_criteria());
        assert_eq!(other.read_concern(), sessions.read_concern());
        assert_eq!(other.write_concern(), sessions.write_concern());
        assert!(other.write_concern().is_some() && other.read_concern().is_some());
    }
}
