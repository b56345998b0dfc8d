//! Every rule of the contract.

use std::sync::Arc;

use dewar::store::conformance::{self, Outcome, RealTime};
use dewar_servers::Redis as Server;
use dewar_stores::RedisOptions;

use super::patient;

async fn check(options: RedisOptions) -> usize {
    let store = options.open().await.unwrap();
    let time = RealTime::new(Arc::new(store), |by| Box::pin(tokio::time::sleep(by)));
    let report = conformance::run(&time).await;
    report.assert();
    report.outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::Kept).count()
}

#[tokio::test]
async fn every_rule_is_kept() {
    let Some(server) = Server::for_test() else { return };
    let with = check(patient(&server.url())).await;
    let without = check(patient(&server.url()).without_owners()).await;
    assert!(with > without && without > 20, "{with}, {without}");
}
