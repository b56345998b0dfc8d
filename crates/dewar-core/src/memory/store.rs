//! The contract: every answer is there at once.

use super::Memory;
use crate::clock::UnixTime;
use crate::{Answer, Lister, Owners, Store, StoreKey, Stored, Sweeper, Touch, Write, Written};

impl Store for Memory {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        Answer::ready(self.load_now(key, touch, now))
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, Written> {
        Answer::Now(match write {
            Write::Create { key, entry } => self.create_now(key, entry, now),
            Write::Swap { key, seen, entry } => self.swap_now(key, seen, entry, now),
            Write::Rename { key, new_key, seen, entry, tombstone } => {
                self.rename_now(key, new_key, seen, entry, tombstone, now)
            }
            Write::Remove { key, tombstone } => Ok(self.remove_now(key, tombstone, now)),
        })
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        Answer::ready(self.touch_now(key, expires, now))
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        Some(self)
    }

    fn lister(&self) -> Option<&dyn Lister> {
        Some(self)
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}
