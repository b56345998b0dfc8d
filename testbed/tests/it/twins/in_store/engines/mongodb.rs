//! MongoDB: a database for each.

use dewar::clock::Clock;
use dewar_servers::MongoDb;
use futures_util::TryStreamExt;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};
use mongodb::{Client, Collection};
use tokio::runtime::Runtime;

use super::engine::{Engine, Place, Stored};

pub(super) struct MongoDatabases {
    /// The driver's tasks run on it.
    runtime: Runtime,
    client: Client,
    server: MongoDb,
}

impl MongoDatabases {
    pub(super) fn start() -> Option<Self> {
        let server = MongoDb::for_test()?;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let client = runtime.block_on(Client::with_uri_str(server.url())).unwrap();
        Some(Self { runtime, client, server })
    }

    fn sessions(&self, place: Place) -> Collection<Document> {
        self.client.database(database(place)).collection("sessions")
    }

    fn all(&self, place: Place) -> Vec<Document> {
        let sessions = self.sessions(place);
        let found = async { sessions.find(doc! {}).await?.try_collect().await };
        self.runtime.block_on(found).unwrap()
    }
}

fn database(place: Place) -> &'static str {
    match place {
        Place::Theirs => "theirs",
        Place::Ours => "ours",
        Place::Shared => "shared",
    }
}

impl Engine for MongoDatabases {
    fn url_for_flask(&self, place: Place) -> String {
        format!("mongodb://127.0.0.1:{}/{}", self.server.port(), database(place))
    }

    fn settings(&self, place: Place) -> Vec<(&'static str, String)> {
        vec![
            ("SESSION_TYPE", "mongodb".to_owned()),
            ("SESSION_MONGODB", format!("mongodb://127.0.0.1:{}", self.server.port())),
            ("SESSION_MONGODB_DB", database(place).to_owned()),
        ]
    }

    fn empty(&self, place: Place) {
        let sessions = self.sessions(place);
        self.runtime.block_on(async { sessions.delete_many(doc! {}).await }).unwrap();
    }

    fn stored(&self, place: Place) -> Vec<Stored> {
        let now = Clock::system().now().millis();
        self.all(place).iter().map(|document| record(document, now)).collect()
    }

    fn overwrite(&self, place: Place, key: &str, payload: &[u8]) {
        let val = Binary { subtype: BinarySubtype::Generic, bytes: payload.to_vec() };
        let (sessions, change) = (self.sessions(place), doc! { "$set": { "val": val } });
        self.runtime.block_on(async { sessions.update_one(doc! { "id": key }, change).await }).unwrap();
    }

    /// The fields of each document, with their types.
    fn layout(&self, place: Place) -> String {
        let fields = |document: &Document| {
            let types: Vec<_> =
                document.iter().map(|(name, value)| format!("{name}: {:?}", value.element_type())).collect();
            types.join(", ")
        };
        self.all(place).iter().map(fields).collect::<Vec<_>>().join("\n")
    }

    fn ends_records_itself(&self) -> bool {
        true
    }
}

fn record(document: &Document, now: i64) -> Stored {
    let Some(Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes })) = document.get("val") else {
        panic!("{document}")
    };
    let end = document.get_datetime("expiration").unwrap().timestamp_millis();
    Stored {
        key: document.get_str("id").unwrap().to_owned(),
        payload: bytes.clone(),
        left: end - now,
        precision: 0,
    }
}
