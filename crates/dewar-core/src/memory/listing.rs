//! Pages of entries: slots never move, so a place between two of them is a cursor.

use async_trait::async_trait;

use super::{Memory, lock};
use crate::clock::UnixTime;
use crate::{Cursor, Lister, Page, StoreError};

/// How many slots are looked at for one page.
const LOOKS: u32 = 4096;

#[async_trait]
impl Lister for Memory {
    async fn list(
        &self,
        prefix: &str,
        after: Option<&Cursor>,
        at_most: usize,
        now: UnixTime,
    ) -> Result<Page, StoreError> {
        let start = after.map_or(Some((0, 0)), parse);
        let (number, slot) =
            start.ok_or_else(|| StoreError::refused("the cursor is none of this store's"))?;
        Ok(self.page(prefix, (number, slot), at_most.max(1), now))
    }
}

impl Memory {
    fn page(&self, prefix: &str, (number, from): (usize, u32), at_most: usize, now: UnixTime) -> Page {
        let Some(shard) = self.shards.get(number) else { return Page { entries: Vec::new(), next: None } };
        let shard = lock(shard);
        let (mut entries, mut slot) = (Vec::new(), from);
        while slot < shard.end().min(from.saturating_add(LOOKS)) && entries.len() < at_most {
            let there = shard.get(slot).filter(|slot| !slot.is_expired(now) && slot.key.begins_with(prefix));
            entries.extend(there.map(|slot| (slot.key.clone(), slot.stored())));
            slot += 1;
        }
        let next = if slot < shard.end() { (number, slot) } else { (number + 1, 0) };
        let is_last = next.0 >= self.shards.len();
        Page { entries, next: (!is_last).then(|| Cursor(format!("{}.{}", next.0, next.1))) }
    }
}

fn parse(cursor: &Cursor) -> Option<(usize, u32)> {
    let (number, slot) = cursor.0.split_once('.')?;
    Some((number.parse().ok()?, slot.parse().ok()?))
}
