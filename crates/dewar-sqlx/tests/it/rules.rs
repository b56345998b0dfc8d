//! The rules of the contract.

use std::sync::Arc;

use dewar::store::conformance::{ManualTime, run};

use dewar_servers::Postgres;
use dewar_sqlx::{SqlxOptions, SqlxStore};
use dewar_stores::sql::Native;

use super::engines::{Server, create_table, flask, native};
use super::on_each_engine;

on_each_engine!(every_rule_holds, every_rule_holds_for_the_table_of_flask_session);

async fn every_rule_holds(server: impl Server) {
    let pool = server.pool(8).await;
    run(&ManualTime::new(Arc::new(native(&pool).await))).await.assert();
}

async fn every_rule_holds_for_the_table_of_flask_session(server: impl Server) {
    let pool = server.pool(8).await;
    server.sql(server.roomy_table()).await;
    let time = ManualTime::new(Arc::new(flask(&pool).await)).with_precision(server.precision());
    run(&time).await.assert();
}

/// Every call is a transaction, with statements that have no names.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_holds_with_the_option_for_a_pooler() {
    let Some(server) = Postgres::for_test() else { return };
    let pool = server.pool(8).await;
    let options = SqlxOptions { pooler: true, ..create_table() };
    let store = SqlxStore::<_, Native>::new(pool, options).await.unwrap();
    run(&ManualTime::new(Arc::new(store))).await.assert();
}
