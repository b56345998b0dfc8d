//! The entries of an owner.

use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Owners, StoreError, StoreKey, Stored, Trim, async_trait};

use super::owned::Trimming;
use super::statement::{Name, Statement, Values};
use super::{Driver, Native, Query, Shape, SqlStore, Transaction};
use crate::after_some::after_some;

/// How often the entries of an owner are looked at again, while other calls change them.
const PASSES: usize = 100;

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
        match &self.shape.owned.find_missed {
            None => self.remove_once(&values).await,
            Some(find) => self.remove_until_none_is_found(find, &values).await,
        }
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

    async fn remove_until_none_is_found(
        &self,
        find: &Arc<Statement>,
        values: &Values,
    ) -> Result<usize, StoreError> {
        let mut removed = 0;
        for _ in 0..PASSES {
            removed += self.remove_once(values).await.map_err(|error| after_some(error, removed))?;
            let missed = self.driver.rows(Query::new(find, values.clone())).await;
            if missed.map_err(|error| after_some(error, removed))?.is_empty() {
                return Ok(removed);
            }
        }
        Err(endless(removed))
    }

    /// If another call came first with an entry, it looks again: that entry may have got another key.
    async fn trim_one_by_one(
        &self,
        find: &Arc<Statement>,
        remove: &Arc<Statement>,
        values: Values,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let mut removed = Vec::new();
        for _ in 0..PASSES {
            let found = self.driver.rows(Query::new(find, values.clone())).await;
            let found = found.map_err(|error| after_some(error, removed.len()))?;
            let before = removed.len();
            let victims = found.len();
            for (key, _) in found {
                let removal = Transaction::single(remove, values.clone().with(Name::Key, &key));
                let done = self.driver.write(removal).await;
                if done.map_err(|error| after_some(error, removed.len()))?.rows > 0 {
                    removed.push(key);
                }
            }
            if removed.len() - before == victims {
                return Ok(removed);
            }
        }
        Err(endless(removed.len()))
    }
}

/// An owner who gets new sessions faster than they are removed.
fn endless(removed: usize) -> StoreError {
    after_some(StoreError::busy("other calls kept changing the entries of this owner"), removed)
}
