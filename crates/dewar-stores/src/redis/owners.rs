//! The entries of an owner, by the index, page by page.

use std::collections::BTreeMap;

use ::redis::cmd;
use bytes::Bytes;
use dewar::clock::UnixTime;
use dewar::store::{Owners, StoreError, StoreErrorKind, StoreKey, Stored, Surplus, async_trait};

use super::call::{Call, beside};
use super::store::stored;
use super::{Redis, scripts};

#[async_trait]
impl Owners for Redis {
    async fn of(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let found = self.entries_of(owner, now).await?;
        Ok(found.into_values().collect())
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let (mut pages, mut removed) = (self.pages(owner, now), 0);
        let answer = async {
            while let Some(page) = pages.next().await? {
                let gone = self.disown(owner, &page.keys, except).await?;
                removed += gone.iter().filter(|is_removed| **is_removed).count();
                let is_spared = |at: usize| page.keys.get(at) == except && except.is_some();
                let dead: Vec<bool> =
                    gone.iter().enumerate().map(|(at, gone)| !gone && !is_spared(at)).collect();
                pages.done(page, |at| dead.get(at).copied().unwrap_or_default()).await?;
            }
            Ok(())
        };
        answer.await.map_err(|error| partly(error, removed)).map(|()| removed)
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let found = self.entries_of(owner, now).await?;
        let above = found.len().saturating_sub(at_most);
        let keys = found.into_values().map(|(key, _)| key);
        let keys: Vec<StoreKey> = match surplus {
            Surplus::Oldest => keys.take(above).collect(),
            Surplus::Newest => keys.rev().take(above).collect(),
        };
        let gone = self.disown(owner, &keys, None).await?;
        Ok(keys.into_iter().zip(gone).filter(|(_, is_removed)| *is_removed).map(|(key, _)| key).collect())
    }
}

impl Redis {
    /// The entries of an owner by their place. One that gets a new key meanwhile is met again, in the same place.
    async fn entries_of(
        &self,
        owner: &str,
        now: UnixTime,
    ) -> Result<BTreeMap<u64, (StoreKey, Stored)>, StoreError> {
        let (mut pages, mut found) = (self.pages(owner, now), BTreeMap::new());
        while let Some(page) = pages.next().await? {
            let looked = self.look(owner, &page.keys, now).await?;
            for (key, seen) in page.keys.iter().zip(&looked) {
                if let Some((place, entry)) = seen {
                    found.insert(*place, (key.clone(), entry.clone()));
                }
            }
            pages.done(page, |at| looked.get(at).is_some_and(Option::is_none)).await?;
        }
        Ok(found)
    }

    /// Each entry with its place, if it is there and the owner's.
    async fn look(
        &self,
        owner: &str,
        keys: &[StoreKey],
        now: UnixTime,
    ) -> Result<Vec<Option<(u64, Stored)>>, StoreError> {
        if self.are_dead(keys).await? {
            return Ok(keys.iter().map(|_| None).collect());
        }
        let calls: Vec<_> =
            keys.iter().map(|key| Call::new(&scripts::LOOK).key(key).beside(key).text(owner)).collect();
        let answers: Vec<(Option<u64>, i64, Option<Bytes>)> = self.connection.run_all(&calls).await?;
        let entry = |(place, left, payload): (Option<u64>, _, Option<Bytes>)| {
            Some((place?, stored(payload?, left, now)))
        };
        Ok(answers.into_iter().map(entry).collect())
    }

    /// Removes those of the entries that are there and the owner's; tells which.
    async fn disown(
        &self,
        owner: &str,
        keys: &[StoreKey],
        except: Option<&StoreKey>,
    ) -> Result<Vec<bool>, StoreError> {
        if self.are_dead(keys).await? {
            return Ok(vec![false; keys.len()]);
        }
        let going = keys.iter().filter(|key| Some(*key) != except);
        let call = |key| Call::new(&scripts::DISOWN).key(key).beside(key).index(owner).text(owner);
        let calls: Vec<_> = going.map(call).collect();
        let mut gone = self.connection.run_all::<bool>(&calls).await?.into_iter();
        Ok(keys.iter().map(|key| Some(key) != except && gone.next().unwrap_or_default()).collect())
    }

    /// Whether all of many are nobody's any more: one question in place of hundreds, for an owner with a long past.
    async fn are_dead(&self, keys: &[StoreKey]) -> Result<bool, StoreError> {
        if keys.len() < 16 {
            return Ok(false);
        }
        let mut exists = cmd("EXISTS");
        for key in keys {
            exists.arg(beside(key.as_str()));
        }
        self.connection.ask::<usize>(&exists).await.map(|living| living == 0)
    }
}

/// After some were removed, it is no longer true that nothing was done.
fn partly(error: StoreError, removed: usize) -> StoreError {
    match error.kind() {
        StoreErrorKind::Refused | StoreErrorKind::Unable if removed > 0 => StoreError::no_answer(error),
        _ => error,
    }
}
