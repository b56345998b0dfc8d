//! The rules of the contract.

use std::sync::Arc;

use dewar::store::conformance::{self, RealTime, RuleOutcome};
use dewar_servers::Redis as Server;
use dewar_stores::Redis;

use super::both;

pub(super) async fn check(store: Redis) -> usize {
    let time = RealTime::new(Arc::new(store), |by| Box::pin(tokio::time::sleep(by)));
    let report = conformance::run(&time).await;
    report.assert();
    report.outcomes.iter().filter(|(_, outcome)| *outcome == RuleOutcome::Passed).count()
}

#[tokio::test]
async fn every_rule_holds() {
    let Some(server) = Server::for_test() else { return };
    let [with, without] = both(&server).await;
    let with = check(with).await;
    let without = check(without).await;
    assert!(with > without && without > 20, "{with}, {without}");
}
