//! The contract: each call goes to the server that stores the key.

use std::sync::Arc;

use dewar_core::clock::UnixTime;
use dewar_core::{Answer, Store, StoreKey, Stored, Touch, Write, WriteOutcome};

use super::Memcached;
use super::failure::unexpected;
use super::key::on_the_wire;
use super::renaming::Rename;

impl Store for Memcached {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        match self.server_of(key) {
            Some(server) => server.load(key, touch, now),
            None => Answer::Now(Err(unexpected())),
        }
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        match (self.server_of(write.key()), self.rename(write, now)) {
            (_, Some(rename)) => Answer::later(rename.within(self.longest_rename)),
            (Some(server), None) => server.write(write, now),
            (None, None) => Answer::Now(Err(unexpected())),
        }
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        match self.server_of(key) {
            Some(server) => server.touch(key, expires, now),
            None => Answer::Now(Err(unexpected())),
        }
    }
}

impl Memcached {
    /// There always is one, as no URL is without a server.
    fn server_of(&self, key: &StoreKey) -> Option<&Arc<dyn Store>> {
        self.servers.get(self.placement.of(&on_the_wire(key), &self.names))
    }

    fn rename(&self, write: Write<'_>, now: UnixTime) -> Option<Rename> {
        let Write::Rename { key, new_key, .. } = write else { return None };
        let both = [self.server_of(key)?, self.server_of(new_key)?].map(Arc::clone);
        Rename::new(write, both, now)
    }
}
