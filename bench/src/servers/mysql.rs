//! MariaDB, with its defaults: a commit is on the disk.

use dewar_bench_meter::{Role, Row, runtime};
use dewar_servers::{Instance, MariaDb, MariaDbProgram};
use mysql_async::prelude::Queryable;
use mysql_async::{Opts, OptsBuilder, Pool, PoolOpts};
use tokio::runtime::Runtime;

use super::measured::{self, ROUNDS};
use crate::cores::apart;
use crate::{raw, store_peers, table};

pub(crate) fn measure() -> Result<(), String> {
    let peers = store_peers::build()?;
    let server: MariaDb =
        apart(|| Instance::start_with(MariaDbProgram { durable: true, ..MariaDbProgram::default() }))?;
    let runtime = runtime();
    let mut rows = selects(&runtime, &server);
    let store = measured::open(&runtime, &format!("{}?create_table=true", server.url()))?;
    rows.extend(measured::native(&runtime, &store));
    rows.extend(store_peers::run(&peers, &["mysql", &server.url()])?);
    table::print(&table::by_work(rows));
    Ok(())
}

/// The same driver's SELECT of what a store has to know, prepared, through its pool, which does not reset connections.
fn selects(runtime: &Runtime, server: &MariaDb) -> Vec<Row> {
    let opts = OptsBuilder::from_opts(Opts::from_url(&server.url()).unwrap());
    let pool = Pool::new(opts.pool_opts(PoolOpts::default().with_reset_connection(false)));
    runtime.block_on(async {
        let mut connection = pool.get_conn().await.unwrap();
        let columns = "id varchar(100) PRIMARY KEY, payload longblob, expires bigint, revision bigint";
        connection.query_drop(format!("CREATE TABLE raw ({columns})")).await.unwrap();
        let insert = "INSERT INTO raw VALUES ('raw', ?, 2, 1)";
        connection.exec_drop(insert, (raw::PAYLOAD.as_slice(),)).await.unwrap();
    });
    raw::calls(runtime, "mysql_async, one SELECT", Role::Bare, ROUNDS, &pool, |pool: Pool| async move {
        let mut connection = pool.get_conn().await.unwrap();
        let select = "SELECT payload, expires, revision, expires > ? FROM raw WHERE id = ?";
        connection.exec_first::<(Vec<u8>, i64, i64, bool), _, _>(select, (1, "raw")).await.unwrap().unwrap()
    })
}
