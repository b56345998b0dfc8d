//! One file of settings for both programs.

use std::fs;

use axum::Router;
use dewar::ServerSide;
use dewar::clock::Clock;
use dewar_servers::{Redis, python};
use dewar_testbed::Server;

use super::engines::{Place, RedisDatabases, database};
use super::records::Record;
use super::separate_stores::Apart;
use crate::examples::from_settings::{app, settings};
use crate::twins::flask::Flask;
use crate::twins::pair::{NOW, SECRET};

const FILE: &str = include_str!("../../../../../crates/dewar/examples/from_settings.toml");
const RECORD: &[u8] = b"\x82\xaa_permanent\xc3\xa5theme\xa4dark";

/// The example's file but for what differs from machine to machine, and with more settings.
fn file(redis: &Redis, place: Place, more: &str) -> String {
    let file = FILE.replace("127.0.0.1:6379", &format!("127.0.0.1:{}", redis.port()));
    let file = file.replace("SESSION_REDIS_DB = 0", &format!("SESSION_REDIS_DB = {}", database(place)));
    format!("SECRET_KEY = \"{SECRET}\"\nDEWAR_ALLOW_WEAK_SECRET = true\n{file}{more}")
}

fn twins(more: &str) -> Option<Apart> {
    python()?;
    // Whether there is one at all.
    drop(Redis::for_test()?);
    let redis = Redis::settings().password("password").start().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let theirs = folder.path().join("settings.toml");
    fs::write(&theirs, file(&redis, Place::Theirs, more)).unwrap();
    let flask = Flask::start_with("from_settings", SECRET, &[("SETTINGS", theirs.to_str().unwrap())])?;
    let ours = Server::of_router(program(file(&redis, Place::Ours, more)));
    let engine = Box::new(RedisDatabases(redis));
    Some(Apart { flask, ours, engine, prefix: "session:", seconds: 31 * 24 * 60 * 60 })
}

async fn program(file: String) -> Router {
    let settings = settings(&file).await.unwrap();
    app(ServerSide { clock: Clock::fixed(NOW), ..settings }).unwrap()
}

#[test]
fn both_do_what_the_file_says() {
    let Some(twins) = twins("") else { return };
    let ([first, _], stored) = twins.play(|mut browser| [browser.get("/"), browser.get("/")]);
    let [line] = first.all("set-cookie")[..] else { panic!("one cookie: {first:?}") };
    let (pair, attributes) = line.split_once("; ").unwrap();
    assert!(pair.starts_with("hello_session=") && pair.len() == 14 + 43 + 1 + 27, "{pair}");
    assert_eq!(attributes, "Expires=Sun, 31 Mar 2024 12:34:56 GMT; HttpOnly; Path=/; SameSite=Lax");
    assert_eq!(stored, [Record::new("session:", RECORD, 2_678_400)]);
}

#[test]
fn both_obey_the_other_settings_of_records() {
    let more = "SESSION_KEY_PREFIX = \"app:\"\nSESSION_PERMANENT = false\nSESSION_ID_LENGTH = 24\n\
                SESSION_SERIALIZATION_FORMAT = \"json\"\nSESSION_REFRESH_EACH_REQUEST = false\n";
    let Some(twins) = twins(more) else { return };
    let twins = Apart { prefix: "app:", ..twins };
    let ([first, _], stored) = twins.play(|mut browser| [browser.get("/"), browser.get("/")]);
    assert!(!first.all("set-cookie")[0].contains("Expires"));
    let [record] = &stored[..] else { panic!("one record: {stored:?}") };
    assert_eq!((record.key.1.as_str(), &*record.payload), ("32", &br#"{"theme":"dark"}"#[..]));
}

#[test]
fn both_send_what_the_file_says_of_the_cookie() {
    let more = "SESSION_COOKIE_DOMAIN = \"example.com\"\nSESSION_COOKIE_PATH = \"/\"\n";
    let Some(twins) = twins(more) else { return };
    let ([first], _) = twins.play(|mut browser| [browser.get("/")]);
    assert!(first.all("set-cookie")[0].contains("; Domain=example.com;"));
}
