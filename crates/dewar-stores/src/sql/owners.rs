//! The entries of an owner.

use dewar_core::clock::UnixTime;
use dewar_core::{Owners, StoreError, StoreKey, Stored, Trim, async_trait};

use super::statement::{Name, Values};
use super::{Driver, Native, Query, Shape, SqlStore, Transaction};

#[async_trait]
impl<D: Driver> Owners for SqlStore<D, Native> {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let query = Query::new(&self.shape.owned.list, self.values_of(owner, now));
        let rows = self.driver.rows(query).await?;
        Ok(rows.into_iter().map(|(key, row)| (key, self.shape.stored(row))).collect())
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let values = self.values_of(owner, now).with(Name::Except, except);
        let removal = Transaction::single(&self.shape.owned.remove_all, values);
        Ok(self.driver.write_many(removal).await?.rows)
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let statement = match trim {
            Trim::Oldest => &self.shape.owned.trim_oldest,
            Trim::Newest => &self.shape.owned.trim_newest,
        };
        let values = self.values_of(owner, now).with(Name::Limit, at_most);
        self.driver.remove(Query::new(statement, values)).await
    }
}

impl<D> SqlStore<D, Native> {
    fn values_of(&self, owner: &str, now: UnixTime) -> Values {
        Values::at(self.shape.moment(Some(now))).with(Name::Owner, owner)
    }
}
