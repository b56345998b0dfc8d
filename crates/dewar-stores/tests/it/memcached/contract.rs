//! The rules of the contract.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::Store;
use dewar::store::conformance::{self, RealTime, RuleOutcome};
use dewar_servers::{Memcached as Server, MemcachedProgram};
use dewar_stores::guard::GuardOptions;

use super::{open, url_of};

/// With items that may be larger than a mebibyte, as the rules ask for one.
fn large_items() -> Server {
    let options = ["-I", "2m"].map(str::to_owned).to_vec();
    Server::start_with(MemcachedProgram { options, ..MemcachedProgram::default() }).unwrap()
}

async fn check(store: Arc<dyn Store>) {
    let time =
        RealTime::new(store, |by| Box::pin(tokio::time::sleep(by))).with_precision(Duration::from_secs(1));
    let report = conformance::run(&time).await;
    report.assert();
    let passed = report.outcomes.iter().filter(|(_, outcome)| *outcome == RuleOutcome::Passed).count();
    assert!(passed > 40, "{passed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_holds_on_one_server_and_on_three() {
    if Server::for_test().is_none() {
        return;
    }
    let servers = [large_items(), large_items(), large_items()];
    let one = Arc::new(open(&servers[0].url()).await);
    let three = open(&url_of(&servers)).await;
    let guard = GuardOptions { deadline: Duration::from_secs(20), ..GuardOptions::default() };
    let three = Arc::new(three.guarded(&guard));
    // Each waits most of the time.
    let one = tokio::spawn(check(one));
    check(three).await;
    one.await.unwrap();
}
