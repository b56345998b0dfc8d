//! MySQL and MariaDB, on real servers. Where none is installed the tests are skipped, unless nothing may be skipped.

mod blocked;
mod bytes;
mod contract;
mod dropping;
mod opening;
mod outages;
mod owners;
mod roles;
mod round_trips;
mod sizes;
mod walks;

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::store::{Entry, Revision, Store, StoreKey, Write, WriteOutcome};
use dewar_servers::MariaDb as Server;
use dewar_stores::mysql::{MySql, MySqlOptions, SqlAlchemy};
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Opts, OptsBuilder};

const HOUR: Duration = Duration::from_secs(3600);

fn now() -> UnixTime {
    Clock::system().now()
}

fn from_now(by: Duration) -> UnixTime {
    now().plus(by)
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

/// An entry for an hour.
fn entry(payload: impl Into<Vec<u8>>) -> Entry {
    Entry::new(payload.into(), Some(from_now(HOUR)))
}

fn owned(payload: &str, owner: &str) -> Entry {
    Entry { owner: Some(owner.to_owned()), ..entry(payload) }
}

/// For tests that are not about time: the machine may be busy.
fn patient() -> MySqlOptions {
    let long = Duration::from_secs(20);
    MySqlOptions { create_table: Some(true), timeout: long, lock_timeout: long, ..MySqlOptions::default() }
}

async fn native(url: &str) -> MySql {
    MySql::open(url, patient()).await.unwrap()
}

async fn flask(url: &str) -> SqlAlchemy {
    SqlAlchemy::open(url, SqlAlchemy::TABLE, patient()).await.unwrap()
}

/// Both stores, on separate tables.
async fn both(server: &Server) -> [Box<dyn Store>; 2] {
    [Box::new(native(&server.url()).await), Box::new(flask(&server.url()).await)]
}

/// A server with other options of its command line.
fn server_with(options: &[&str]) -> Option<Server> {
    Server::for_test()?;
    let options = options.iter().map(|option| (*option).to_owned()).collect();
    let program = dewar_servers::MariaDbProgram { options, ..Default::default() };
    Some(Server::start_with(program).unwrap())
}

/// A connection of another program.
async fn stranger(server: &Server) -> Conn {
    let opts = Opts::from_url(&server.url()).unwrap();
    Conn::new(OptsBuilder::from_opts(opts).prefer_socket(false)).await.unwrap()
}

/// Waits until a statement waits for a lock on a row.
async fn until_blocked(stranger: &mut Conn) {
    let waiting = "SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'";
    for _ in 0..2000 {
        let found: Option<(String, usize)> = stranger.query_first(waiting).await.unwrap();
        if found.is_some_and(|(_, count)| count > 0) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("nothing waits for a lock");
}

async fn create(store: &dyn Store, name: &str, entry: &Entry) -> Revision {
    match store.write(Write::create(&key(name), entry), now()).await.unwrap() {
        WriteOutcome::Saved(revision) => revision,
        other => panic!("{name}: {other:?}"),
    }
}

async fn payload(store: &dyn Store, name: &str) -> Option<Vec<u8>> {
    store.load(&key(name), None, now()).await.unwrap().map(|stored| stored.payload.to_vec())
}
