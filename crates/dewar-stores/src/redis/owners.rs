//! The entries of an owner, by the index, page by page.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use ::redis::cmd;
use bytes::Bytes;
use dewar_core::clock::UnixTime;
use dewar_core::{Owners, StoreError, StoreErrorKind, StoreKey, Stored, Surplus, async_trait};

use super::answers::unexpected;
use super::call::{Call, beside};
use super::index::Pages;
use super::store::stored;
use super::{Redis, scripts};

/// What became of an entry that was to be removed.
const NOT_THERE: u8 = 0;
const REMOVED: u8 = 1;
const SPARED: u8 = 2;

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
        let ended = self.end(owner, except, 0..=u64::MAX, now).await?;
        Ok(ended.len())
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        surplus: Surplus,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        let places: Vec<u64> = self.entries_of(owner, now).await?.into_keys().collect();
        let above = places.len().saturating_sub(at_most);
        let going = match surplus {
            Surplus::Oldest => places.get(..above),
            Surplus::Newest => places.get(places.len() - above..),
        };
        match going {
            Some([first, .., last]) => self.end(owner, None, *first..=*last, now).await,
            Some([one]) => self.end(owner, None, *one..=*one, now).await,
            _ => Ok(Vec::new()),
        }
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

    /// Removes an owner's entries in these places, but for one, whatever their keys are by then; tells which.
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
                Err(error) => return Err(partly(error, &ended)),
            }
        }
    }

    /// `false`: there was no more.
    async fn end_page(
        &self,
        pages: &mut Pages<'_>,
        owner: &str,
        except: Option<&StoreKey>,
        places: &RangeInclusive<u64>,
        ended: &mut Vec<StoreKey>,
    ) -> Result<bool, StoreError> {
        let Some(page) = pages.next().await? else { return Ok(false) };
        let fates = self.disown(owner, &page.keys, except, places).await?;
        let removed = page.keys.iter().zip(&fates).filter(|(_, fate)| **fate == REMOVED);
        let ended_before = ended.len();
        ended.extend(removed.map(|(key, _)| key.clone()));
        pages.done(page, |at| fates.get(at) == Some(&NOT_THERE)).await?;
        // Whoever saw one of them alive may have begun another beside it since, in the last place.
        if ended.len() > ended_before && *places.end() == u64::MAX {
            pages.look_again();
        }
        Ok(true)
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

    /// Removes those of the entries that are the owner's, in these places; tells what became of each.
    async fn disown(
        &self,
        owner: &str,
        keys: &[StoreKey],
        except: Option<&StoreKey>,
        places: &RangeInclusive<u64>,
    ) -> Result<Vec<u8>, StoreError> {
        if self.are_dead(keys).await? {
            return Ok(vec![NOT_THERE; keys.len()]);
        }
        let call = |key| {
            let call = Call::new(&scripts::DISOWN).key(key).beside(key).index(owner);
            call.text(owner).number(places.start()).number(places.end())
        };
        let calls: Vec<_> = keys.iter().filter(|key| Some(*key) != except).map(call).collect();
        let mut fates = self.connection.run_all::<u8>(&calls).await?.into_iter();
        let fate = |key| if Some(key) == except { Some(SPARED) } else { fates.next() };
        keys.iter().map(fate).collect::<Option<_>>().ok_or_else(unexpected)
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
fn partly(error: StoreError, ended: &[StoreKey]) -> StoreError {
    match error.kind() {
        StoreErrorKind::Refused | StoreErrorKind::Unable if !ended.is_empty() => StoreError::no_answer(error),
        _ => error,
    }
}
