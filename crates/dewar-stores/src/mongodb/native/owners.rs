//! The entries of an owner, by the index of owners and places.
//!
//! A rename hides an entry from nobody: before its second step the old document has the owner, after it the pending one. So what is pending is
//! looked at after each walk, and the walk is repeated if it has become valid meanwhile.

use ::mongodb::bson::{Document, doc};
use dewar_core::clock::UnixTime;
use dewar_core::{Owners, StoreError, StoreErrorKind, StoreKey, Stored, Trim, async_trait};

use super::MongoDb;
use super::record::{self, Moves, Record};
use crate::after_some::after_some;
use crate::mongodb::change::always_changed;
use crate::mongodb::documents::Selection;

/// How often the entries of an owner are looked at, if each time some have got new keys meanwhile.
const MOST_PASSES: u32 = 200;

#[async_trait]
impl Owners for MongoDb {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let found = self.entries_of(owner, doc! {}, now).await?;
        Ok(found.into_iter().map(|found| (StoreKey::new(found.key), found.stored)).collect())
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let mut removed = 0;
        for _ in 0..MOST_PASSES {
            let pass = self.remove_pass(owner, except, now).await;
            match pass.map_err(|error| after_some(error, removed))? {
                Some(count) => removed += count,
                None => return Ok(removed),
            }
        }
        Err(after_some(always_changed(), removed))
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let mut removed = Vec::new();
        for _ in 0..MOST_PASSES {
            let entries = self
                .entries_of(owner, doc! { "payload": 0 }, now)
                .await
                .map_err(|error| after_some(error, removed.len()))?;
            let above = entries.len().saturating_sub(at_most);
            if above == 0 {
                return Ok(removed);
            }
            let going = match trim {
                Trim::Oldest => entries.get(..above),
                Trim::Newest => entries.get(at_most..),
            };
            for entry in going.unwrap_or_default() {
                let filter = doc! { "_id": &entry.key, "owner": owner, "from": null, "moved": null };
                let is_done = self.documents.delete(filter).await;
                if is_done.map_err(|error| after_some(error, removed.len()))? {
                    removed.push(StoreKey::new(entry.key.clone()));
                }
            }
        }
        Err(after_some(always_changed(), removed.len()))
    }
}

impl MongoDb {
    /// The entries of an owner in the order of their places. Renames that were done are completed, since only then the new entry has its place.
    async fn entries_of(
        &self,
        owner: &str,
        fields: Document,
        now: UnixTime,
    ) -> Result<Vec<Record>, StoreError> {
        for _ in 0..MOST_PASSES {
            let filter = doc! { "owner": owner, "expires": record::not_expired(now) };
            let found = self.sorted(filter, fields.clone()).await?;
            let mut is_complete = true;
            for record in &found {
                is_complete &= !self.has_become_valid(record).await?;
            }
            if is_complete {
                return Ok(found.into_iter().filter(|record| record.moves.is_none()).collect());
            }
        }
        Err(always_changed())
    }

    /// Removes the entries of an owner, except one, and completes the renames that were done. Returns how many it removed; `None` if nothing was left
    /// to do.
    ///
    /// It does not say which: those that it has found may have other keys by the time of the removal, and would never be caught if their ids are
    /// renewed faster than it looks.
    async fn remove_pass(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<Option<usize>, StoreError> {
        let mut filter = doc! { "owner": owner, "expires": record::not_expired(now) };
        if let Some(except) = except {
            filter.insert("_id", doc! { "$ne": except.as_str() });
        }
        let mut is_any = false;
        for record in self.sorted(filter.clone(), doc! { "payload": 0 }).await? {
            is_any |= record.moves.is_none() || self.has_become_valid(&record).await?;
        }
        if !is_any {
            return Ok(None);
        }
        filter.extend(doc! { "from": null, "moved": null });
        self.documents.delete_all(filter).await.map(Some)
    }

    /// Whether it was read as pending, and its rename was done. Then it is completed. If other calls keep changing it, it is looked at again.
    async fn has_become_valid(&self, record: &Record) -> Result<bool, StoreError> {
        let Some(Moves::From(old)) = &record.moves else { return Ok(false) };
        match self.complete_pending(record, old).await {
            Err(error) if error.kind() == StoreErrorKind::Busy => Ok(true),
            completed => completed,
        }
    }

    async fn sorted(&self, filter: Document, fields: Document) -> Result<Vec<Record>, StoreError> {
        let selection = Selection { sort: doc! { "joined": 1, "_id": 1 }, fields, limit: 0 };
        let found = self.documents.find_all(filter, selection).await?;
        // A document of another program is left aside.
        Ok(found.iter().filter_map(|found| Record::read(found).ok()).collect())
    }
}
