//! Removes expired entries, before MongoDB's index does by the server's clock.

use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, Sweeper, async_trait};

use super::{FlaskMongoDb, record};
use crate::mongodb::sweeping;

#[async_trait]
impl Sweeper for FlaskMongoDb {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        let expired = sweeping::Expired { key: "id", expiry: "expiration", now: record::date(now) };
        expired.remove(&self.documents, prefix, at_most).await
    }
}
