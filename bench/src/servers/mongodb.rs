//! A MongoDB that stands alone.

use dewar_bench_meter::{Role, Row, runtime};
use dewar_servers::MongoDb;
use mongodb::bson::{Binary, Document, doc, spec::BinarySubtype};
use mongodb::{Client, Collection};
use tokio::runtime::Runtime;

use super::measured::{self, ROUNDS};
use crate::cores::apart;
use crate::{raw, table};

pub(crate) fn measure() -> Result<(), String> {
    let server = apart(MongoDb::start)?;
    let runtime = runtime();
    let mut rows = finds(&runtime, &server);
    let store = measured::open(&runtime, &server.url())?;
    rows.extend(measured::native(&runtime, &store));
    table::print(&table::by_work(rows));
    Ok(())
}

/// The same driver's `find_one`.
fn finds(runtime: &Runtime, server: &MongoDb) -> Vec<Row> {
    let collection = runtime.block_on(async {
        let client = Client::with_uri_str(&server.url()).await.unwrap();
        let collection: Collection<Document> = client.database("raw").collection("raw");
        let payload = Binary { subtype: BinarySubtype::Generic, bytes: raw::PAYLOAD.to_vec() };
        collection.insert_one(doc! { "_id": "raw", "payload": payload }).await.unwrap();
        collection
    });
    raw::calls(
        runtime,
        "mongodb, one find",
        Role::Bare,
        ROUNDS,
        &collection,
        |collection: Collection<Document>| async move {
            collection.find_one(doc! { "_id": "raw" }).await.unwrap().unwrap()
        },
    )
}
