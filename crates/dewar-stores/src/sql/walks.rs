//! Walks through a table: sweeping and listing.

use dewar_core::clock::UnixTime;
use dewar_core::{Cursor, Lister, Page, StoreError, Sweeper, async_trait};

use super::statement::{Name, Values};
use super::{Driver, Query, Shape, SqlStore, Transaction};
use crate::prefix::behind;

/// How many rows are removed or listed per call. Other calls are served in between.
const BATCH: usize = 1000;
/// The longest key, in bytes.
const LONGEST_KEY: usize = 512;

#[async_trait]
impl<D: Driver, S: Shape> Sweeper for SqlStore<D, S> {
    async fn sweep(&self, prefix: &str, at_most: usize, now: UnixTime) -> Result<usize, StoreError> {
        let mut swept = 0;
        while swept < at_most {
            let batch = BATCH.min(at_most - swept);
            let values = self.beginning_with(prefix, now).with(Name::Limit, batch);
            let sweep = Transaction::single(&self.statements.sweep, values);
            let done = self.driver.write_many(sweep).await?.rows;
            swept += done;
            if done < batch {
                break;
            }
        }
        Ok(swept)
    }
}

#[async_trait]
impl<D: Driver, S: Shape> Lister for SqlStore<D, S> {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        let at_most = at_most.clamp(1, BATCH);
        let values = self
            .beginning_with(prefix, now)
            .with(Name::After, self.shape.page_start(after, prefix))
            .with(Name::Limit, at_most);
        let rows = self.driver.page(Query::new(&self.statements.page, values)).await?;
        let last = rows.last().filter(|_| rows.len() == at_most);
        let next = last.map(|(key, row)| self.shape.cursor(key, row));
        Ok(Page { entries: rows.into_iter().map(|(key, row)| (key, self.shape.stored(row))).collect(), next })
    }
}

impl<D: Driver, S: Shape> SqlStore<D, S> {
    fn beginning_with(&self, prefix: &str, now: UnixTime) -> Values {
        Values::at(self.shape.moment(Some(now)))
            .with(Name::Prefix, prefix)
            .with(Name::Behind, end(prefix).as_str())
    }
}

/// A text that sorts after every key with this prefix, and before all texts that follow them. So the index finds the range.
fn end(prefix: &str) -> String {
    let longest = || char::MAX.to_string().repeat(LONGEST_KEY / char::MAX.len_utf8() + 1);
    behind(prefix).unwrap_or_else(longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_keys_sort_before_the_end() {
        let longest = "\u{10ffff}".repeat(128);
        for prefix in ["", "\u{10ffff}"] {
            assert!(longest < end(prefix));
        }
    }
}
