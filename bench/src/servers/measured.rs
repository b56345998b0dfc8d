//! What is measured on every server: the store alone, and requests.

use std::sync::Arc;

use dewar::clock::Clock;
use dewar::store::{Entry, Store, StoreKey, Write};
use dewar_bench_meter::{Role, Row, measure as requests, routes};
use tokio::runtime::Runtime;

use crate::peers::dewar_store::{self, NATIVE};
use crate::raw;

pub(crate) const ROUNDS: usize = 20;

/// Opens the store as a program does: with its guard.
pub(super) fn open(runtime: &Runtime, url: &str) -> Result<Arc<dyn Store>, String> {
    runtime.block_on(dewar_stores::open(url)).map_err(|error| error.to_string())
}

/// One read of the store alone, and requests with Dewar's own records.
pub(super) fn native(runtime: &Runtime, store: &Arc<dyn Store>) -> Vec<Row> {
    let mut rows = loads(runtime, store);
    rows.extend(requests(runtime, &mut routes(dewar_store::native(store)), NATIVE, Role::Other, ROUNDS));
    rows
}

/// `Store::load` behind its guard, to compare with the driver alone.
fn loads(runtime: &Runtime, store: &Arc<dyn Store>) -> Vec<Row> {
    let (key, now) = (StoreKey::new("shop:bench"), Clock::system().now());
    let entry = Entry::new(raw::PAYLOAD.to_vec(), Some(now.plus(std::time::Duration::from_secs(3600))));
    let made = runtime.block_on(async { store.write(Write::create(&key, &entry), now).await });
    assert!(made.is_ok(), "{made:?}");
    raw::calls(runtime, "dewar, Store::load", Role::Other, ROUNDS, store, |store: Arc<dyn Store>| {
        let key = key.clone();
        async move { assert!(store.load(&key, None, now).await.unwrap().is_some()) }
    })
}
