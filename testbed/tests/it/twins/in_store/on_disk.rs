//! Each program with files of its own, or with a table of its own: what is then on the disk is compared.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use dewar::ServerSide;
use dewar::settings::FlaskEncoding;
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use dewar_stores::sqlite::{SqlAlchemy, Synchronous};
use dewar_testbed::Framework;
use rusqlite::Connection;

use super::form;
use super::shared_store::Together;
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

/// Two visitors, a third who has left.
fn visits(server: SocketAddr) {
    let [mut zoe, mut adam, mut eve] = [(); 3].map(|()| Browser::new(server));
    zoe.get("/login?u=zoe");
    zoe.get("/set?k=name&v=%E8%80%81%E7%8E%8B");
    zoe.get("/incr?k=n");
    adam.get(&format!("/set?k=long&v={}", "x".repeat(300)));
    adam.get("/regenerate");
    adam.get("/whoami");
    eve.get("/login?u=eve");
    eve.get("/logout");
}

fn files_are_the_same_bytes(framework: Framework) {
    let folder = tempfile::tempdir().unwrap();
    let [theirs, ours] = ["theirs", "ours"].map(|name| folder.path().join(name));
    let settings =
        async { ServerSide::flask(Arc::new(Cachelib::open(&ours, CachelibOptions::default()).unwrap())) };
    let url = format!("file://{}", theirs.display());
    let Some(both) = Together::start(framework, &url, FlaskEncoding::Pickle, false, settings) else { return };
    both.play_on_each(visits);
    let [theirs, ours] = [theirs, ours].map(|folder| files(&folder));
    assert_eq!(ours, theirs, "ours, cachelib's");
    assert_eq!(ours.len(), 3, "two sessions and cachelib's counter");
}

/// The contents and permissions of the files of cachelib. Their names are digests of random ids.
fn files(folder: &Path) -> Vec<(String, u32)> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let named_by_digest = entries.filter(|entry| entry.file_name().len() == 64);
    let mut found: Vec<_> = named_by_digest
        .map(|entry| {
            let mode = entry.metadata().unwrap().permissions().mode();
            (fs::read(entry.path()).unwrap().escape_ascii().to_string(), mode)
        })
        .collect();
    found.sort();
    found
}

fn rows_are_the_same(framework: Framework) {
    for encoding in [FlaskEncoding::MsgPack, FlaskEncoding::Json] {
        let folder = tempfile::tempdir().unwrap();
        let [theirs, ours] = ["theirs.db", "ours.db"].map(|name| folder.path().join(name));
        let settings = async {
            let store = SqlAlchemy::open(&ours, SqlAlchemy::TABLE, Synchronous::default()).unwrap();
            ServerSide::flask(Arc::new(store))
        };
        let url = format!("sqlite:///{}", theirs.display());
        let Some(both) = Together::start(framework, &url, encoding, true, settings) else { return };
        both.play_on_each(visits);
        let [theirs, ours] = [theirs, ours].map(|file| rows(&file));
        assert_eq!(ours, theirs, "ours, SQLAlchemy's");
        assert_eq!(ours.len(), 1 + 2, "the table and two sessions");
    }
}

/// The schema of the table, then the parts of each row that are not random.
fn rows(file: &Path) -> Vec<String> {
    let database = Connection::open(file).unwrap();
    let made =
        database.query_row("SELECT sql FROM sqlite_master WHERE name = 'sessions'", [], |row| row.get(0));
    let mut query = database.prepare("SELECT session_id, data, expiry FROM sessions ORDER BY id").unwrap();
    let rows = query.query_map([], |row| {
        let (key, data): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let id = key.strip_prefix("session:").expect("the prefix");
        Ok(format!("{} {} {}", form(id), data.escape_ascii(), row.get::<_, String>(2)?))
    });
    [made].into_iter().chain(rows.unwrap()).map(Result::unwrap).collect()
}

on_each_framework!(files_are_the_same_bytes, rows_are_the_same,);
