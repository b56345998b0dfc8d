//! The entries of an owner, from the owner's index, page by page.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ::redis::cmd;
use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{Owners, StoreError, StoreKey, Stored, Trim, async_trait};

use super::Redis;
use super::index::Pages;
use super::script::{self, Call, owner_key, unexpected};
use super::store::stored;
use crate::after_some::after_some;

/// The answers of `remove_owned` for an entry.
const NOT_THERE: u8 = 0;
const REMOVED: u8 = 1;
const OTHER_PLACE: u8 = 2;

#[async_trait]
impl Owners for Redis {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        let found = self.entries_of(owner, now).await?;
        Ok(found.into_values().collect())
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        let ended = self.end(owner, except, 0..=u64::MAX, now).await?;
        Ok(ended.len())
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let places: Vec<u64> = self.entries_of(owner, now).await?.into_keys().collect();
        let above = places.len().saturating_sub(at_most);
        let going = match trim {
            Trim::Oldest => places.get(..above),
            Trim::Newest => places.get(places.len() - above..),
        };
        match going {
            Some([first, .., last]) => self.end(owner, None, *first..=*last, now).await,
            Some([one]) => self.end(owner, None, *one..=*one, now).await,
            _ => Ok(Vec::new()),
        }
    }
}

impl Redis {
    /// The entries of an owner by their place. An entry that gets a new key during the walk is read again, with the same place.
    async fn entries_of(
        &self,
        owner: &str,
        now: UnixTime,
    ) -> Result<BTreeMap<u64, (StoreKey, Stored)>, StoreError> {
        let (mut pages, mut found) = (self.pages(owner, now), BTreeMap::new());
        while let Some(page) = pages.next().await? {
            let loaded = self.load_owned(owner, &page.keys, now).await?;
            for (key, seen) in page.keys.iter().zip(&loaded) {
                if let Some((place, entry)) = seen {
                    found.insert(*place, (key.clone(), entry.clone()));
                }
            }
            pages.done(page, |at| loaded.get(at).is_some_and(Option::is_none)).await?;
        }
        Ok(found)
    }

    /// Removes the entries of an owner that have these places, except one, even if their keys have changed. Returns their keys.
    async fn end(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        places: RangeInclusive<u64>,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let (mut pages, mut ended) = (self.pages(owner, now), Vec::new());
        loop {
            match self.end_page(&mut pages, owner, except, &places, &mut ended).await {
                Ok(true) => {}
                Ok(false) => return Ok(ended),
                Err(error) => return Err(after_some(error, ended.len())),
            }
        }
    }

    /// Returns `false` if there was no further page.
    async fn end_page(
        &self,
        pages: &mut Pages<'_>,
        owner: &str,
        except: Option<&StoreKey>,
        places: &RangeInclusive<u64>,
        ended: &mut Vec<StoreKey>,
    ) -> Result<bool, StoreError> {
        let Some(page) = pages.next().await? else { return Ok(false) };
        let results = self.remove_owned(owner, &page.keys, except, places).await?;
        let removed = page.keys.iter().zip(&results).filter(|(_, result)| **result == REMOVED);
        let ended_before = ended.len();
        ended.extend(removed.map(|(key, _)| key.clone()));
        pages.done(page, |at| results.get(at) == Some(&NOT_THERE)).await?;
        // A request that still found one of the entries may have started another session since, in the last place.
        if ended.len() > ended_before && *places.end() == u64::MAX {
            pages.look_again();
        }
        Ok(true)
    }

    /// Loads entries with their places; `None` for an entry that is absent or not the owner's.
    async fn load_owned(
        &self,
        owner: &str,
        keys: &[StoreKey],
        now: UnixTime,
    ) -> Result<Vec<Option<(u64, Stored)>>, StoreError> {
        if self.are_gone(keys).await? {
            return Ok(keys.iter().map(|_| None).collect());
        }
        let calls: Vec<_> = keys
            .iter()
            .map(|key| Call::new(&script::LOAD_OWNED).key(key).owner_key(key).text(owner))
            .collect();
        let answers: Vec<(Option<u64>, i64, Option<Bytes>)> = self.connection.run_all(&calls).await?;
        let entry = |(place, left, payload): (Option<u64>, _, Option<Bytes>)| {
            Some((place?, stored(payload?, left, now)))
        };
        Ok(answers.into_iter().map(entry).collect())
    }

    /// Removes the entries that belong to the owner and have these places. Returns the result for each.
    async fn remove_owned(
        &self,
        owner: &str,
        keys: &[StoreKey],
        except: Option<&StoreKey>,
        places: &RangeInclusive<u64>,
    ) -> Result<Vec<u8>, StoreError> {
        if self.are_gone(keys).await? {
            return Ok(vec![NOT_THERE; keys.len()]);
        }
        let call = |key| {
            let call = Call::new(&script::REMOVE_OWNED).key(key).owner_key(key).index(owner);
            call.text(owner).number(*places.start()).number(*places.end())
        };
        let calls: Vec<_> = keys.iter().filter(|key| Some(*key) != except).map(call).collect();
        let mut results = self.connection.run_all::<u8>(&calls).await?.into_iter();
        let result = |key| if Some(key) == except { Some(OTHER_PLACE) } else { results.next() };
        keys.iter().map(result).collect::<Option<_>>().ok_or_else(unexpected)
    }

    /// Whether none of many keys has an owner record any more. This is one command instead of hundreds, for an owner with many past sessions.
    async fn are_gone(&self, keys: &[StoreKey]) -> Result<bool, StoreError> {
        if keys.len() < 16 {
            return Ok(false);
        }
        let mut exists = cmd("EXISTS");
        for key in keys {
            exists.arg(owner_key(key.as_str()));
        }
        self.connection.ask::<usize>(&exists, self.connection.deadline()).await.map(|living| living == 0)
    }
}
