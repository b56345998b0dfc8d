//! The calls that write: which script, which keys, which arguments.
//!
//! For an entry of an owner's, the index is named beside it and written in the same step.

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, StoreKey};

use super::call::Call;
use super::life::{Life, life_in_index};
use super::{Redis, scripts};

/// The owner of an entry that is to be kept, and how long that is.
#[derive(Clone, Copy)]
struct Owned<'a> {
    owner: &'a str,
    life: Life,
    now: UnixTime,
}

impl Redis {
    pub(super) fn create_owned<'a>(
        &self,
        key: &'a StoreKey,
        entry: &'a Entry,
        now: UnixTime,
    ) -> Option<Call<'a>> {
        let owned = self.owned(entry, now)?;
        let call = Call::new(&scripts::CREATE_OWNED).key(key).beside(key).index(owned.owner);
        Some(owned.arguments(call.bytes(&entry.payload).life(owned.life)))
    }

    pub(super) fn swap_call<'a>(
        &self,
        key: &'a StoreKey,
        seen: &'a [u8],
        entry: &'a Entry,
        now: UnixTime,
    ) -> Call<'a> {
        let payloads = |call: Call<'a>| call.bytes(seen).bytes(&entry.payload).life(life(entry, now));
        match self.owned(entry, now) {
            Some(owned) => {
                let call = Call::new(&scripts::SWAP_OWNED).key(key).beside(key).index(owned.owner);
                owned.arguments(payloads(call))
            }
            None => payloads(self.with_beside(Call::new(&scripts::SWAP).key(key), key)),
        }
    }

    pub(super) fn rename_call<'a>(
        &self,
        (old, new): (&'a StoreKey, &'a StoreKey),
        seen: &'a [u8],
        entry: &'a Entry,
        tombstone: Option<&'a Entry>,
        now: UnixTime,
    ) -> Call<'a> {
        let payloads = |call: Call<'a>| {
            let call = call.bytes(seen).bytes(&entry.payload).life(life(entry, now));
            with_tombstone(call, tombstone, now)
        };
        match self.owned(entry, now) {
            Some(owned) => {
                let call = Call::new(&scripts::RENAME_OWNED).key(old).key(new).beside(old).beside(new);
                owned.arguments(payloads(call.index(owned.owner)))
            }
            None => payloads(self.with_beside(Call::new(&scripts::RENAME).key(old).key(new), old)),
        }
    }

    pub(super) fn remove_call<'a>(
        &self,
        key: &'a StoreKey,
        tombstone: Option<&'a Entry>,
        now: UnixTime,
    ) -> Call<'a> {
        with_tombstone(self.with_beside(Call::new(&scripts::REMOVE).key(key), key), tombstone, now)
    }

    /// What is over when it is written is nobody's.
    fn owned<'a>(&self, entry: &'a Entry, now: UnixTime) -> Option<Owned<'a>> {
        let owner = entry.owner.as_deref().filter(|_| self.has_owners)?;
        let life = life(entry, now);
        (life != Life::Over).then_some(Owned { owner, life, now })
    }

    fn with_beside<'a>(&self, call: Call<'a>, key: &'a StoreKey) -> Call<'a> {
        if self.has_owners { call.beside(key) } else { call }
    }
}

impl<'a> Owned<'a> {
    /// Where the index is named, the script itself finds out when the entry joined.
    fn arguments(self, call: Call<'a>) -> Call<'a> {
        call.text(self.owner).number(life_in_index(self.life)).text("").clock(self.now)
    }
}

fn life(entry: &Entry, now: UnixTime) -> Life {
    Life::until(entry.expires, now)
}

/// No tombstone is like one that is over: nothing is left.
fn with_tombstone<'a>(call: Call<'a>, tombstone: Option<&'a Entry>, now: UnixTime) -> Call<'a> {
    match tombstone {
        Some(tombstone) => call.bytes(&tombstone.payload).life(life(tombstone, now)),
        None => call.bytes(&[]).life(Life::Over),
    }
}
