//! A wrong URL, password, database, right or collection is reported in one line, without the password.

use std::error::Error;
use std::time::Instant;

use dewar::store::{Owners, Store, Write, WriteOutcome};
use dewar_servers::{Instance, MongoDb as Server, MongoDbProgram};
use dewar_stores::OpenError;
use dewar_stores::mongodb::{FlaskMongoDb, MongoDb, MongoDbOptions};
use mongodb::IndexModel;
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;
use std::time::Duration;

use super::{client, collection, created, entry, key, now, open, owned, payload};

fn said(error: &OpenError) -> String {
    let words = format!("{error} {error:?} {:?}", error.source());
    assert!(!words.contains("hunter2"), "{words}");
    assert!(!error.to_string().contains('\n'));
    error.to_string()
}

async fn refusal(url: &str) -> String {
    said(&MongoDb::open(url, MongoDbOptions::default()).await.unwrap_err())
}

async fn refusal_of_flask(url: &str) -> String {
    said(&FlaskMongoDb::open(url, MongoDbOptions::default()).await.unwrap_err())
}

#[tokio::test]
async fn a_wrong_url_is_refused_with_what_to_write_instead() {
    for (url, words) in [
        ("mongodb://user:hunter2@localhost", "names no database"),
        ("mongodb://user:hunter2@localhost/", "names no database"),
        ("mongodb://user:hunter2@localhost/shop?colection=x", "unknown parameter: colection"),
        ("mongodb://user:hunter2@localhost/shop?create_indexes=maybe", "must be true or false"),
        ("mongodb://us@er:hunter2@localhost/shop", "percent-encode"),
        ("mongodb://user:hunter2%@localhost/shop", "percent-encode"),
        ("mongodb://user:12?hunter2=x@localhost/shop", "percent-encode"),
        ("mongodb://user:hunter2@/shop", "is not valid"),
        ("mongodb://user:hunter2@localhost:no/shop", "is not valid"),
        ("mongodb://user:hunter2@localhost/shop?collection=%ff", "UTF-8"),
        ("mongodb+srv://user:hunter2@nowhere.invalid/shop", "cannot be looked up"),
    ] {
        let said = refusal(url).await;
        assert!(said.contains(words), "{url}: {said}");
    }
}

#[tokio::test]
async fn a_missing_or_frozen_server_is_reported_soon() {
    let Some(mut server) = Server::for_test() else { return };
    let url = server.url().replace("127", "user:hunter2@127");
    server.stop().unwrap();
    let start = Instant::now();
    let said = refusal(&url).await;
    assert!(
        said.contains("in time") || said.starts_with("no MongoDB server answers at 127.0.0.1:"),
        "{said}"
    );
    server.kill();
    let said = refusal(&url).await;
    assert!(said.starts_with("no MongoDB server answers at 127.0.0.1:"), "{said}");
    let said = refusal(&server.url().replace("/dewar", "/dewar?replicaSet=other")).await;
    assert!(said.contains("replica set") && said.contains("replicaSet="), "{said}");
    assert!(start.elapsed() < Duration::from_secs(15), "{:?}", start.elapsed());
}

/// A server with two users: `root` and `web`, whose password is `hunter2`, and who has this role.
async fn with_user(role: Document) -> Option<Server> {
    Server::for_test()?;
    let server =
        Instance::start_with(MongoDbProgram { has_users: true, ..MongoDbProgram::default() }).unwrap();
    let admin = client(&server.url()).await.database("admin");
    let root = doc! { "createUser": "root", "pwd": "hunter2", "roles": ["root"] };
    admin.run_command(root).await.unwrap();
    let as_root = client(&format!("mongodb://root:hunter2@127.0.0.1:{}/admin", server.port())).await;
    let rights = doc! { "createRole": "few", "roles": [], "privileges": [
        { "resource": { "db": "dewar", "collection": "sessions" }, "actions": ["find", "insert", "update", "remove"] },
    ] };
    as_root.database("dewar").run_command(rights).await.unwrap();
    let web = doc! { "createUser": "web", "pwd": "hunter2", "roles": [role] };
    as_root.database("dewar").run_command(web).await.unwrap();
    Some(server)
}

fn as_user(server: &Server, user: &str) -> String {
    server.url().replace("127", &format!("{user}@127"))
}

#[tokio::test]
async fn a_password_is_asked_for_and_never_shown() {
    let Some(server) = with_user(doc! { "role": "readWrite", "db": "dewar" }).await else { return };
    let said = refusal(&server.url()).await;
    assert!(said.contains("requires a user"), "{said}");
    for user in ["web:hunter22", "nobody:hunter2"] {
        let said = refusal(&as_user(&server, user)).await;
        assert!(said.contains("does not accept this user and password"), "{said}");
    }
    let store = MongoDb::open(&as_user(&server, "web:hunter2"), MongoDbOptions::default()).await.unwrap();
    assert!(!format!("{store:?}").contains("hunter2"));
    created(&store, &key("a"), &entry("x")).await;
}

#[tokio::test]
async fn a_right_that_is_missing_is_named() {
    let Some(server) = with_user(doc! { "role": "read", "db": "dewar" }).await else { return };
    let said = refusal(&as_user(&server, "web:hunter2")).await;
    assert!(
        said.contains("may not insert") && said.contains("grant the role readWrite on the database dewar"),
        "{said}"
    );

    let server = with_user(doc! { "role": "few", "db": "dewar" }).await.unwrap();
    let url = as_user(&server, "web:hunter2");
    let said = refusal(&url).await;
    assert!(said.contains("indexes"), "{said}");
    let store = open(&format!("{url}?create_indexes=false")).await;
    let (a, b) = (key("a"), key("b"));
    let seen = created(&store, &a, &owned("x", "ann")).await;
    let renamed =
        store.write(Write::rename(&a, &b, &seen, &owned("y", "ann"), Some(&entry("z"))), now()).await;
    assert!(matches!(renamed.unwrap(), WriteOutcome::Saved(_)));
    assert_eq!(store.remove_all("ann", None, now()).await.unwrap(), 1);
    assert_eq!(store.sweeper().unwrap().sweep("", 9, now()).await.unwrap(), 0);
}

#[tokio::test]
async fn the_collection_and_its_indexes() {
    let Some(server) = Server::for_test() else { return };
    let url = format!("{}?collection=my%20sessions", server.url());
    let said = refusal(&format!("{url}&create_indexes=false")).await;
    assert!(
        said.contains(
            r#"db.getCollection("my sessions").createIndex({ expires: 1 }, { expireAfterSeconds: 0 })"#
        ),
        "{said}"
    );
    for (name, fields) in
        [("expires_1", doc! { "expires": 1 }), ("owner_1_joined_1", doc! { "owner": 1, "joined": 1 })]
    {
        let store = open(&url).await;
        created(&store, &key(name), &entry("x")).await;
        let sessions = collection(&server.url(), "my sessions").await;
        sessions.drop_index(name).await.unwrap();
        let said = refusal(&format!("{url}&create_indexes=false")).await;
        let keys: Vec<String> = fields.keys().map(|field| format!("{field}: 1")).collect();
        assert!(said.contains(&keys.join(", ")), "{said}");
    }
    open(&url).await;
    let again = open(&format!("{url}&create_indexes=false")).await;
    assert_eq!(payload(&again, &key("expires_1")).await.unwrap(), b"x");
}

async fn indexed(url: &str, name: &str, keys: Document, options: IndexOptions) {
    let index = IndexModel::builder().keys(keys).options(options).build();
    collection(url, name).await.create_index(index).await.unwrap();
}

#[tokio::test]
async fn a_collection_of_another_shape_is_refused() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url();
    let unique = || IndexOptions::builder().unique(true).build();
    let after = |seconds| IndexOptions::builder().expire_after(Duration::from_secs(seconds)).build();
    for (name, keys, options, words) in [
        ("a", doc! { "title": 1 }, unique(), "title"),
        ("b", doc! { "expires": 1 }, after(60), "does not remove"),
        ("c", doc! { "expires": 1 }, IndexOptions::default(), "does not remove"),
        ("d", doc! { "owner": 1, "joined": 1 }, unique(), "does not allow"),
        ("e", doc! { "created": 1 }, after(0), "another field"),
    ] {
        indexed(&url, name, keys, options).await;
        for create in ["true", "false"] {
            let said = refusal(&format!("{url}?collection={name}&create_indexes={create}")).await;
            assert!(said.contains(words) && said.contains("use another collection"), "{name}: {said}");
        }
    }
    for (name, keys, options, words) in [
        ("f", doc! { "id": 1 }, IndexOptions::default(), "two sessions with the same key"),
        ("g", doc! { "expiration": 1 }, after(60), "does not remove"),
    ] {
        indexed(&url, name, keys, options).await;
        let said = refusal_of_flask(&format!("{url}?collection={name}")).await;
        assert!(said.contains(words), "{name}: {said}");
    }
}

#[tokio::test]
async fn documents_of_another_shape_are_refused() {
    let Some(server) = Server::for_test() else { return };
    let url = server.url();
    let articles = collection(&url, "articles").await;
    articles.insert_one(doc! { "title": "no session" }).await.unwrap();
    let said = refusal(&format!("{url}?collection=articles")).await;
    assert!(said.contains("articles") && said.contains("use another collection"), "{said}");
    let said = refusal_of_flask(&format!("{url}?collection=articles")).await;
    assert!(said.contains("use another collection"), "{said}");
    // Each of the two shapes in the other's collection.
    created(&open(&url).await, &key("a"), &entry("x")).await;
    let said = refusal_of_flask(&url).await;
    assert!(said.contains("use another collection"), "{said}");
    let flask = collection(&url, "flask").await;
    for _ in 0..2 {
        flask.insert_one(doc! { "id": "twice", "val": "x", "expiration": null }).await.unwrap();
    }
    let said = refusal_of_flask(&format!("{url}?collection=flask")).await;
    assert!(said.contains("two documents with the same key"), "{said}");
}

/// Texts would be compared without regard to case.
#[tokio::test]
async fn a_collection_with_a_collation_or_a_cap_is_refused() {
    let Some(server) = Server::for_test() else { return };
    let database = client(&server.url()).await.database("dewar");
    let collation = doc! { "create": "loose", "collation": { "locale": "en", "strength": 1 } };
    let capped = doc! { "create": "capped", "capped": true, "size": 100_000 };
    let view = doc! { "create": "view", "viewOn": "loose", "pipeline": [] };
    for (create, words) in [(collation, "collation"), (capped, "capped"), (view, "view")] {
        let name = create.get_str("create").unwrap().to_owned();
        database.run_command(create).await.unwrap();
        let said = refusal(&format!("{}?collection={name}", server.url())).await;
        assert!(said.contains(words) && said.contains("use another collection"), "{said}");
    }
}

#[cfg(feature = "mongodb-srv")]
#[tokio::test]
async fn over_tls_the_certificate_is_checked() {
    if Server::for_test().is_none() {
        return;
    }
    let server: Server =
        Instance::start_with(MongoDbProgram { tls: true, ..MongoDbProgram::default() }).unwrap();
    let url = format!("{}?tls=true", server.url());
    let authority = server.folder().join("ca.crt");
    let store = open(&format!("{url}&tlsCAFile={}", authority.display())).await;
    created(&store, &key("a"), &entry("x")).await;
    let said = refusal(&url).await;
    assert!(said.contains("certificate") && said.contains("tlsCAFile"), "{said}");
    let said = refusal(&format!("{url}&tlsCAFile=/nowhere/ca.pem")).await;
    assert!(said.contains("TLS"), "{said}");
    let said = refusal(&server.url()).await;
    assert!(said.starts_with("no MongoDB server answers"), "{said}");
}
