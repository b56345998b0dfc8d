//! What Flask-Session left in its collection, and what this store leaves there for the same sessions.

use dewar::clock::UnixTime;
use dewar::store::{Entry, Store, Write, WriteOutcome};
use dewar_servers::MongoDb as Server;
use dewar_stores::mongodb::{FlaskMongoDb, MongoDbOptions};
use futures_util::TryStreamExt;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, DateTime, Document, doc};
use mongodb::{Client, Collection};
use serde_json::Value as Json;

use super::{client, key, patient, without_monitor};

fn flows() -> Vec<Json> {
    let vectors: Json =
        serde_json::from_str(include_str!("../../../../../testdata/vectors/flask.json")).unwrap();
    let cases = vectors["cases"].as_array().unwrap();
    cases.iter().filter(|case| case["kind"] == "mongodb_flow").cloned().collect()
}

/// A document as the cases write it, without its `_id`.
fn document(json: &Json) -> Document {
    let hex = json["val"]["$bytes"].as_str().unwrap();
    let bytes =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    let end: UnixTime = format!("{}Z", json["expiration"]["$datetime"].as_str().unwrap()).parse().unwrap();
    doc! {
        "id": json["id"].as_str().unwrap(),
        "val": Binary { subtype: BinarySubtype::Generic, bytes },
        "expiration": DateTime::from_millis(end.millis()),
    }
}

async fn left(sessions: &Collection<Document>) -> Vec<Document> {
    let mut left: Vec<Document> = sessions.find(doc! {}).await.unwrap().try_collect().await.unwrap();
    for document in &mut left {
        assert_eq!(document.keys().next().map(String::as_str), Some("_id"));
        document.remove("_id").unwrap().as_object_id().unwrap();
    }
    left
}

/// Both ways: what upstream wrote is read, and what is written is what upstream wrote.
#[tokio::test]
async fn documents_and_indexes_are_those_of_flask_session() {
    let Some(server) = Server::for_test() else { return };
    without_monitor(&server.url()).await;
    let client = client(&server.url()).await;
    let flows = flows();
    assert!(!flows.is_empty());
    for flow in flows {
        let step = &flow["out"]["steps"][0];
        let expected: Vec<Document> = step["docs"].as_array().unwrap().iter().map(document).collect();
        let namespace = step["namespace"].as_str().unwrap();
        assert_eq!(written(&server, &client, namespace, &expected).await, expected, "{}", flow["id"]);
        for (name, index) in step["indexes"].as_object().unwrap() {
            let (database, collection) = namespace.split_once('.').unwrap();
            let found =
                client.database(database).collection::<Document>(collection).list_indexes().await.unwrap();
            let found: Vec<_> = found.try_collect().await.unwrap();
            let options = found.iter().find_map(|found| {
                found.options.clone().filter(|options| options.name.as_ref() == Some(name))
            });
            let after = options.unwrap().expire_after.map(|after| after.as_secs());
            assert_eq!(after, index["expireAfterSeconds"].as_u64(), "{name}");
        }
    }
}

/// Writes the sessions of these documents, reads them after they were written as they are, and returns what the store has left.
async fn written(server: &Server, client: &Client, namespace: &str, documents: &[Document]) -> Vec<Document> {
    let (database, collection) = namespace.split_once('.').unwrap();
    let url = format!("mongodb://127.0.0.1:{}/{database}", server.port());
    let options = MongoDbOptions { collection: Some(collection.to_owned()), ..patient() };
    let store = FlaskMongoDb::open(&url, options).await.unwrap();
    let sessions = client.database(database).collection::<Document>(collection);
    let now = UnixTime::from_seconds(1_709_210_096);
    for document in documents {
        let id = key(document.get_str("id").unwrap());
        let payload = document.get_binary_generic("val").unwrap().clone();
        let end = UnixTime::from_millis(document.get_datetime("expiration").unwrap().timestamp_millis());
        sessions.insert_one(document.clone()).await.unwrap();
        let found = store.load(&id, None, now).await.unwrap().unwrap();
        assert_eq!((found.payload.as_ref(), found.expires), (&payload[..], Some(end)));
        assert_eq!(store.write(Write::remove(&id, None), now).await.unwrap(), WriteOutcome::Removed);
        let entry = Entry::new(payload, Some(end));
        assert!(matches!(
            store.write(Write::create(&id, &entry), now).await.unwrap(),
            WriteOutcome::Saved(_)
        ));
    }
    left(&sessions).await
}
