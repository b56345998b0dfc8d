//! One server, used by the real Flask-Session over each of its clients, and by us.

use std::time::Duration;

use dewar::codec::{Codec, Json, MsgPack};
use dewar::store::{Entry, Store, Write, WriteOutcome};
use dewar::value::{Map, Value};
use dewar_servers::Memcached as Server;
use dewar_stores::Memcached;

use super::placement::clients;
use super::{key, now, open};

const CLIENTS: [&str; 4] = ["pymemcache", "pylibmc", "python-memcached", "pymemcache-compressed"];

fn decode(format: &str, payload: &[u8]) -> Map {
    if format == "json" { Json::default().decode(payload) } else { MsgPack::default().decode(payload) }
        .unwrap()
}

fn encode(format: &str, session: &Map) -> Vec<u8> {
    if format == "json" { Json::default().encode(session) } else { MsgPack::default().encode(session) }
        .unwrap()
}

#[tokio::test]
async fn what_flask_session_wrote_is_read_and_it_reads_what_we_wrote() {
    let Some(server) = Server::for_test() else { return };
    let store = open(&server.url()).await;
    for client in CLIENTS {
        for format in ["msgpack", "json"] {
            both_ways(&server, &store, client, format).await;
        }
    }
}

async fn both_ways(server: &Server, store: &Memcached, client: &str, format: &str) {
    let place = format!("127.0.0.1:{}", server.port());
    let Some(sid) = clients(&["write", client, &place, format]) else { return };
    let name = format!("session:{}", sid.as_str().unwrap());
    let found = store.load(&key(&name), None, now()).await.unwrap().expect(client);
    let left = found.expires.unwrap().since(now()).as_secs();
    assert!((31 * 86_400 - 60..=31 * 86_400 + 1).contains(&left), "{client}: {left}");
    let mut session = decode(format, &found.payload);
    assert_eq!(session.get("name"), Some(&Value::from("Zoë")), "{client}, {format}");
    assert_eq!(encode(format, &session), found.payload, "{client}, {format}: octet for octet");

    session.insert("name", "Ada");
    session.insert("seen", 300);
    let entry = Entry::new(encode(format, &session), Some(now().plus(Duration::from_secs(31 * 86_400))));
    let answer = store.write(Write::swap(&key(&name), &found.revision, &entry), now()).await.unwrap();
    assert!(matches!(answer, WriteOutcome::Saved(_)), "{answer:?}");
    assert!(
        server.command(&format!("mg {name} f t")).unwrap().starts_with("HD f0 t267"),
        "no flags, and 31 days"
    );
    let argument = format!("{}{}", if format == "json" { "json " } else { "" }, sid.as_str().unwrap());
    let theirs = clients(&["read", client, &place, &argument]).unwrap();
    assert_eq!((&theirs["name"], &theirs["seen"]), (&"'Ada'".into(), &"300".into()), "{client}, {format}");
    assert!(theirs["many"].as_str().unwrap().ends_with("298, 299]"), "{client}, {format}");
}
