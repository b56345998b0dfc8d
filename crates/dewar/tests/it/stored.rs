//! What a store contains.

use dewar::clock::UnixTime;
use dewar::store::{Store, StoreKey, Stored};

/// All entries, tombstones included, page by page.
pub(crate) async fn stored(store: &dyn Store, now: UnixTime) -> Vec<(StoreKey, Stored)> {
    let lister = store.lister().unwrap();
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = lister.list("", after.as_ref(), 1000, now).await.unwrap();
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() {
            return entries;
        }
    }
}
