//! Sessions in an SQLite file, on the disk where the program was built: a file in memory would hide what a write costs.

use std::path::Path;
use std::sync::Arc;

use dewar::store::Store;
use dewar_bench_meter::{Role, Row, WORK, cost, measure as requests, routes, runtime};
use dewar_stores::guard::{Guard, GuardOptions};
use dewar_stores::sqlite::{Sqlite, Synchronous};
use rusqlite::Connection;
use tokio::task::spawn_blocking;

use crate::peers::dewar_store::{self, FLASK, NATIVE};
use crate::{raw, store_peers, table};

const ROUNDS: usize = 10;

pub(crate) const SELECT: &str = "rusqlite, one SELECT";
/// Where a call runs that may have to wait for the disk, or for another process.
const ANOTHER_THREAD: &str = "another thread, which does nothing";

pub(crate) fn measure() -> Result<(), String> {
    table::print(&rows()?);
    Ok(())
}

pub(crate) fn rows() -> Result<Vec<Row>, String> {
    let peers = store_peers::build()?;
    let folder = store_peers::folder()?;
    let runtime = runtime();
    let mut rows = selects(&folder.path().join("raw.db"));
    rows.extend(raw::calls(&runtime, ANOTHER_THREAD, Role::Part, ROUNDS, &(), |()| async {
        spawn_blocking(|| ()).await.unwrap();
    }));
    for (synchronous, suffix) in [(Synchronous::Full, ""), (Synchronous::Normal, ", not synced")] {
        let file = folder.path().join(format!("dewar{}.db", suffix.len()));
        let store = open(&file, synchronous)?;
        let mut native = routes(dewar_store::native(&store));
        rows.extend(requests(&runtime, &mut native, &format!("{NATIVE}{suffix}"), Role::Other, ROUNDS));
        let mut flask = routes(dewar_store::flask(&store));
        rows.extend(requests(&runtime, &mut flask, &format!("{FLASK}{suffix}"), Role::Other, ROUNDS));
    }
    rows.extend(store_peers::run(&peers, &["sqlite", &folder.path().display().to_string()])?);
    Ok(table::by_work(rows))
}

/// As [`dewar_stores::open`] does it, with the choice of what a write waits for.
fn open(file: &Path, synchronous: Synchronous) -> Result<Arc<dyn Store>, String> {
    let store = Sqlite::open(file, synchronous).map_err(|error| error.to_string())?;
    Ok(Arc::new(Guard::new(Arc::new(store), GuardOptions::default())))
}

/// The same driver's SELECT of as many bytes as a session has: a request that asks cannot cost less.
fn selects(file: &Path) -> Vec<Row> {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch("CREATE TABLE raw (key TEXT PRIMARY KEY, payload BLOB) WITHOUT ROWID").unwrap();
    connection.execute("INSERT INTO raw VALUES ('raw', ?)", [raw::PAYLOAD.as_slice()]).unwrap();
    let mut select = connection.prepare("SELECT payload FROM raw WHERE key = ?").unwrap();
    let cost = cost(|| "raw", |key| select.query_row([key], |row| row.get::<_, Vec<u8>>(0)).unwrap());
    let row = |work: String| Row {
        work,
        who: SELECT.to_owned(),
        role: Role::Bare,
        cost,
        cookie: None,
        server: None,
    };
    let each = WORK.iter().map(|(_, work)| row((*work).to_owned()));
    each.chain(WORK.iter().map(|(_, work)| row(format!("{work}, 64 at once")))).collect()
}
