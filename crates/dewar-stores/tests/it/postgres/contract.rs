//! The rules of the contract.

use std::sync::Arc;

use dewar::store::Store;
use dewar::store::conformance::{ManualTime, Report, run};
use dewar_servers::Postgres as Server;

use super::{flask, native};

async fn check(store: impl Store + 'static) -> Report {
    run(&ManualTime::new(Arc::new(store))).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_holds() {
    let Some(server) = Server::for_test() else { return };
    check(native(&server.url()).await).await.assert();
    // Flask-Session's column has 255 characters.
    let failed: Vec<_> = check(flask(&server.url()).await).await.failed().collect();
    assert_eq!(failed, ["keys_are_any_text", "long_keys_differ_at_the_end"]);
}
