//! Every rule of the contract.

use std::sync::Arc;

use dewar::store::conformance::{ManualTime, run};

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_holds() {
    let (store, _folder) = store();
    run(&ManualTime::new(Arc::new(store))).await.assert();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contract_holds_without_syncing() {
    let (store, _folder) = store();
    run(&ManualTime::new(Arc::new(store.durable(false)))).await.assert();
}
