//! The entries of an owner, by the index.

use bytes::Bytes;
use dewar::clock::UnixTime;
use dewar::store::{Owners, StoreError, StoreKey, Stored, Surplus, async_trait};

use super::call::Call;
use super::store::stored;
use super::{Redis, scripts};

#[async_trait]
impl Owners for Redis {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let call = Call::new(&scripts::OWNED).text(self.index()).text(owner);
        let entries: Vec<(String, i64, Option<Bytes>)> = self.connection.run(&call).await?;
        let entries = entries.into_iter().filter_map(|(key, left, payload)| Some((key, left, payload?)));
        Ok(entries.map(|(key, left, payload)| (StoreKey::new(key), stored(payload, left, now))).collect())
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        _: UnixTime,
    ) -> Result<usize, StoreError> {
        let call = Call::new(&scripts::REMOVE_OWNED).text(self.index()).text(owner);
        self.connection.run(&call.maybe(except.map(StoreKey::as_str))).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        _: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let which = match surplus {
            Surplus::Oldest => "oldest",
            Surplus::Newest => "newest",
        };
        let call = Call::new(&scripts::TRIM).text(self.index()).text(owner).number(at_most).text(which);
        let removed: Vec<String> = self.connection.run(&call).await?;
        Ok(removed.into_iter().map(StoreKey::new).collect())
    }
}
