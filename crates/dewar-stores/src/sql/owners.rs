//! The entries of an owner.

use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Owners, StoreError, StoreKey, Stored, Trim, async_trait};

use super::owned::Trimming;
use super::statement::{Name, Statement, Values};
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
        let removed = self.remove_once(&values).await?;
        Ok(if self.shape.owned.may_miss { removed + self.remove_the_rest(&values).await? } else { removed })
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let trimming = match trim {
            Trim::Oldest => &self.shape.owned.trim_oldest,
            Trim::Newest => &self.shape.owned.trim_newest,
        };
        let values = self.values_of(owner, now).with(Name::Limit, at_most);
        match trimming {
            Trimming::Returning(statement) => self.driver.remove(Query::new(statement, values)).await,
            Trimming::OneByOne { find, remove } => self.trim_one_by_one(find, remove, values).await,
        }
    }
}

impl<D> SqlStore<D, Native> {
    fn values_of(&self, owner: &str, now: UnixTime) -> Values {
        Values::at(self.shape.moment(Some(now))).with(Name::Owner, owner)
    }
}

impl<D: Driver> SqlStore<D, Native> {
    async fn remove_once(&self, values: &Values) -> Result<usize, StoreError> {
        let removal = Transaction::single(&self.shape.owned.remove_all, values.clone());
        Ok(self.driver.write_many(removal).await?.rows)
    }

    /// An entry that got another key meanwhile is found the next time: it had one of the two keys all the time.
    async fn remove_the_rest(&self, values: &Values) -> Result<usize, StoreError> {
        let mut removed = 0;
        loop {
            match self.remove_once(values).await? {
                0 => return Ok(removed),
                more => removed += more,
            }
        }
    }

    /// If another call came first with an entry, it looks again: that entry may have got another key.
    async fn trim_one_by_one(
        &self,
        find: &Arc<Statement>,
        remove: &Arc<Statement>,
        values: Values,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let mut removed = Vec::new();
        loop {
            let found = self.driver.rows(Query::new(find, values.clone())).await?;
            let mut are_all_ours = true;
            for (key, _) in found {
                let removal = Transaction::single(remove, values.clone().with(Name::Key, &key));
                if self.driver.write(removal).await?.rows > 0 {
                    removed.push(key);
                } else {
                    are_all_ours = false;
                }
            }
            if are_all_ours {
                return Ok(removed);
            }
        }
    }
}
