//! The rules of the contract.

use std::sync::Arc;

use dewar::store::Store;
use dewar::store::conformance::{self, ManualTime, RuleOutcome};
use dewar_servers::{MongoDb as Server, MongoReplicaSet};

use super::{open, open_flask, without_monitor};

async fn check(store: impl Store + 'static) -> usize {
    let report = conformance::run(&ManualTime::new(Arc::new(store))).await;
    report.assert();
    report.outcomes.iter().filter(|(_, outcome)| *outcome == RuleOutcome::Passed).count()
}

#[tokio::test]
async fn every_rule_holds_on_a_standalone_server() {
    let Some(server) = Server::for_test() else { return };
    without_monitor(&server.url()).await;
    let native = check(open(&server.url()).await).await;
    let flask = check(open_flask(&server.url()).await).await;
    assert!(native > flask && flask > 20, "{native}, {flask}");
}

#[tokio::test]
async fn every_rule_holds_on_a_replica_set() {
    let Some(set) = MongoReplicaSet::for_test() else { return };
    without_monitor(&set.url()).await;
    check(open(&set.url()).await).await;
    check(open_flask(&set.url()).await).await;
}
