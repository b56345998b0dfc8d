//! A store that checks what writes say of the owner of the entry that they replace. All tests in this folder use it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use dewar::clock::UnixTime;
use dewar::store::{
    Answer, Lister, Memory, Owners, Revision, Store, StoreKey, Stored, Sweeper, Touch, Write, WriteOutcome,
};
use dewar::{ServerSide, Session, SessionManager};

use super::held;

/// The entries that were written, with their owners, beside the memory that they are in.
#[derive(Debug, Default)]
pub(super) struct KnownOwners {
    memory: Arc<Memory>,
    written: Mutex<BTreeMap<StoreKey, (Revision, Option<String>)>>,
    /// How many writes said that the owner stays.
    kept: AtomicUsize,
}

impl KnownOwners {
    pub(super) fn new(memory: Arc<Memory>) -> Self {
        Self { memory, ..Self::default() }
    }

    fn check(&self, write: Write<'_>) {
        let Write::Swap { key, seen, entry } = write else { return };
        if !entry.keeps_owner {
            return;
        }
        self.kept.fetch_add(1, Ordering::Relaxed);
        if let Some((revision, owner)) = self.written.lock().unwrap().get(key)
            && revision == seen
        {
            assert_eq!(*owner, entry.owner, "the write said that the owner stays");
        }
    }

    fn note(&self, write: Write<'_>, revision: &Revision) {
        let (Write::Rename { new_key: key, entry, .. }
        | Write::Swap { key, entry, .. }
        | Write::Create { key, entry }) = write
        else {
            return;
        };
        self.written.lock().unwrap().insert(key.clone(), (revision.clone(), entry.owner.clone()));
    }
}

impl Store for KnownOwners {
    fn load<'a>(
        &'a self,
        key: &'a StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Answer<'a, Option<Stored>> {
        self.memory.load(key, touch, now)
    }

    fn write<'a>(&'a self, write: Write<'a>, now: UnixTime) -> Answer<'a, WriteOutcome> {
        self.check(write);
        let answer = self.memory.write(write, now);
        if let Answer::Now(Ok(WriteOutcome::Saved(revision))) = &answer {
            self.note(write, revision);
        }
        answer
    }

    fn touch<'a>(&'a self, key: &'a StoreKey, expires: UnixTime, now: UnixTime) -> Answer<'a, bool> {
        self.memory.touch(key, expires, now)
    }

    fn answers_at_once(&self) -> bool {
        self.memory.answers_at_once()
    }

    fn sweeper(&self) -> Option<&dyn Sweeper> {
        self.memory.sweeper()
    }

    fn lister(&self) -> Option<&dyn Lister> {
        self.memory.lister()
    }

    fn owners(&self) -> Option<&dyn Owners> {
        self.memory.owners()
    }
}

#[tokio::test]
async fn a_write_says_that_the_owner_stays() {
    let store = Arc::new(KnownOwners::default());
    let shared = Arc::<KnownOwners>::clone(&store);
    let manager = SessionManager::server_side(ServerSide::new("shop", shared)).unwrap();
    let mut cookie = String::new();
    let mut kept = Vec::new();
    let change: fn(&Session) = |_| {};
    let handlers: [fn(&Session); 6] =
        [change, change, |session| session.set_owner("user:42"), change, Session::clear_owner, change];
    for (round, handle) in handlers.iter().enumerate() {
        let session = manager.open([cookie.as_bytes()]).await.unwrap();
        session.insert("round", round).unwrap();
        handle(&session);
        cookie = held(&manager.save(&session).await.unwrap()).unwrap_or(cookie);
        kept.push(store.kept.swap(0, Ordering::Relaxed));
    }
    // Made, a change, an owner, a change of the owner's, no owner, a change.
    assert_eq!(kept, [0, 1, 0, 1, 0, 1]);
}
