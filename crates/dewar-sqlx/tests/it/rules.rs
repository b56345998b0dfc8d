//! The rules of the contract.

use dewar::store::conformance::{ManualTime, run};

use super::engines::{Server, both};
use super::on_each_engine;

on_each_engine!(every_rule_holds);

async fn every_rule_holds(server: impl Server) {
    let pool = server.pool(8).await;
    for store in both(&pool).await {
        run(&ManualTime::new(store)).await.assert();
    }
}
