//! PostgreSQL, with its defaults: a commit is on the disk.

use std::sync::Arc;

use dewar_bench_meter::{Role, Row, runtime};
use dewar_servers::{Instance, Postgres, PostgresProgram};
use tokio::runtime::Runtime;
use tokio_postgres::{Client, NoTls, Statement};

use super::measured::{self, ROUNDS};
use crate::cores::apart;
use crate::{raw, store_peers, table};

pub(crate) fn measure() -> Result<(), String> {
    let peers = store_peers::build()?;
    let server: Postgres =
        apart(|| Instance::start_with(PostgresProgram { durable: true, ..PostgresProgram::default() }))?;
    let runtime = runtime();
    let mut rows = selects(&runtime, &server);
    let store = measured::open(&runtime, &format!("{}?create_table=true", server.url()))?;
    rows.extend(measured::native(&runtime, &store));
    rows.extend(store_peers::run(&peers, &["postgres", &server.url()])?);
    table::print(&table::by_work(rows));
    Ok(())
}

/// The same driver's SELECT of what a store has to know, prepared.
fn selects(runtime: &Runtime, server: &Postgres) -> Vec<Row> {
    let client = runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(&server.url(), NoTls).await.unwrap();
        tokio::spawn(connection);
        let columns = "key text PRIMARY KEY, payload bytea, expires bigint, revision bigint";
        client.batch_execute(&format!("CREATE TABLE raw ({columns})")).await.unwrap();
        let insert = "INSERT INTO raw VALUES ('raw', $1, 2, 1)";
        client.execute(insert, &[&raw::PAYLOAD.as_slice()]).await.unwrap();
        let select = "SELECT payload, expires, revision, expires > $1 FROM raw WHERE key = $2";
        let select = client.prepare(select).await.unwrap();
        Arc::new((client, select))
    });
    raw::calls(
        runtime,
        "tokio-postgres, one SELECT",
        Role::Bare,
        ROUNDS,
        &client,
        |client: Arc<(Client, Statement)>| async move {
            let row = client.0.query_one(&client.1, &[&1_i64, &"raw"]).await.unwrap();
            (row.get::<_, Vec<u8>>(0), row.get::<_, i64>(1), row.get::<_, i64>(2), row.get::<_, bool>(3))
        },
    )
}
