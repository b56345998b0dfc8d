//! The sessions whose end is awaited: one [`Watch`] for all futures that wait for the same session.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Waker};

use super::best_effort::OnceAnHour;
use super::error::Error;
use super::observe;
use crate::clock::UnixTime;
use crate::store::StoreKey;
use crate::value::Text;

/// The watched session: its key and its owner. If either changes, another watch is needed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct WatchKey {
    /// The key of the session, or of its owner's epoch.
    pub(super) key: StoreKey,
    /// `None` for a visitor's session.
    pub(super) owner: Option<Text>,
    /// When the session got its owner, where an epoch is checked.
    pub(super) owned_since: UnixTime,
}

/// What happened to a watched session.
#[derive(Clone)]
pub(super) enum Fate {
    Ended,
    /// It has a new id or its first owner.
    Continues(Arc<Watch>),
}

/// All watches of one manager, as weak references: a watch is dropped with the last future that waits for it.
#[derive(Default)]
pub(super) struct Watches {
    list: Arc<List>,
    failures: OnceAnHour,
}

type List = Mutex<HashMap<WatchKey, Weak<Watch>>>;

/// A session that is watched.
pub(super) struct Watch {
    watch_key: WatchKey,
    list: Weak<List>,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// The number of lookups so far.
    polls: u64,
    fate: Option<Fate>,
    /// The waiting futures, by their numbers.
    wakers: BTreeMap<u64, Waker>,
    next_number: u64,
}

/// A waiting future.
pub(super) struct Watching {
    watch: Arc<Watch>,
    number: u64,
}

impl Watches {
    /// Adds a waiting future.
    pub(super) fn join(&self, watch_key: WatchKey) -> Watching {
        Watching::new(self.get(watch_key))
    }

    /// Returns the watch of this session, or a new one if nothing waits for it yet.
    pub(super) fn get(&self, watch_key: WatchKey) -> Arc<Watch> {
        let mut list = locked(&self.list);
        if let Some(watch) = list.get(&watch_key).and_then(Weak::upgrade) {
            return watch;
        }
        let watch = Arc::new(Watch {
            watch_key: watch_key.clone(),
            list: Arc::downgrade(&self.list),
            progress: Mutex::default(),
        });
        list.insert(watch_key, Arc::downgrade(&watch));
        watch
    }

    /// Notes that a lookup failed. Each failure is counted; a warning is logged for the first one, and once an hour while the problem
    /// lasts.
    pub(super) fn failed(&self, why: &Error, now: UnixTime) {
        observe::note_not_watched(why, self.failures.is_due(now));
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        locked(&self.list).len()
    }
}

impl Watching {
    pub(super) fn new(watch: Arc<Watch>) -> Self {
        let number = {
            let mut progress = locked(&watch.progress);
            progress.next_number += 1;
            progress.next_number
        };
        Self { watch, number }
    }

    pub(super) fn watch_key(&self) -> &WatchKey {
        &self.watch.watch_key
    }

    /// The number of lookups so far.
    pub(super) fn polls(&self) -> u64 {
        locked(&self.watch.progress).polls
    }

    /// Whether this future must ask the store: nobody has since the given number of lookups.
    pub(super) fn begins_poll(&self, polls: u64) -> bool {
        let mut progress = locked(&self.watch.progress);
        let is_ours = progress.polls == polls;
        progress.polls += u64::from(is_ours);
        is_ours
    }

    pub(super) fn fate(&self) -> Option<Fate> {
        locked(&self.watch.progress).fate.clone()
    }

    /// Waits for the timer, or until another future announces the fate of the session.
    pub(super) async fn until_told_or(&self, timer: impl Future<Output = ()>) {
        let mut timer = pin!(timer);
        poll_fn(|context| match self.is_told_or_wakes(context.waker()) {
            true => Poll::Ready(()),
            false => timer.as_mut().poll(context),
        })
        .await;
    }

    fn is_told_or_wakes(&self, waker: &Waker) -> bool {
        let mut progress = locked(&self.watch.progress);
        if progress.fate.is_some() {
            return true;
        }
        let replaced = progress.wakers.insert(self.number, waker.clone());
        drop(progress);
        // Its destructor may be any code, so it runs without the lock.
        drop(replaced);
        false
    }

    /// Tells all waiting futures. Later ones start a new watch.
    pub(super) fn tell(&self, fate: Fate) {
        let waiting = {
            let mut progress = locked(&self.watch.progress);
            progress.fate = Some(fate);
            mem::take(&mut progress.wakers)
        };
        self.watch.leave_list(|listed| std::ptr::eq(listed.as_ptr(), Arc::as_ptr(&self.watch)));
        waiting.into_values().for_each(Waker::wake);
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let waker = locked(&self.watch.progress).wakers.remove(&self.number);
        drop(waker);
    }
}

impl Watch {
    fn leave_list(&self, is_this: impl FnOnce(&Weak<Self>) -> bool) {
        let Some(list) = self.list.upgrade() else { return };
        let mut list = locked(&list);
        if list.get(&self.watch_key).is_some_and(is_this) {
            list.remove(&self.watch_key);
        }
    }
}

impl Drop for Watch {
    /// A future that came in the meantime may have created a new watch in its place.
    fn drop(&mut self) {
        self.leave_list(|listed| listed.strong_count() == 0);
    }
}

/// Nothing that runs under these locks can leave a half-finished change.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Shows no keys and no owners.
impl fmt::Debug for Watches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Watches({})", locked(&self.list).len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watch_key(key: &str) -> WatchKey {
        WatchKey { key: StoreKey::new(key), owner: None, owned_since: UnixTime::EPOCH }
    }

    #[test]
    fn a_watch_is_gone_with_the_last_one_that_waits() {
        let watches = Watches::default();
        let (first, second) = (watches.join(watch_key("a")), watches.join(watch_key("a")));
        let other = watches.join(watch_key("b"));
        assert_eq!(watches.len(), 2);
        drop(first);
        assert_eq!(watches.len(), 2);
        drop(second);
        assert_eq!(watches.len(), 1);
        other.tell(Fate::Ended);
        assert_eq!(watches.len(), 0, "a later future asks again");
        let again = watches.join(watch_key("b"));
        drop(other);
        assert_eq!(watches.len(), 1);
        drop(again);
        assert_eq!(watches.len(), 0);
    }

    #[test]
    fn one_that_is_followed_is_gone_with_those_that_followed() {
        let watches = Watches::default();
        let [before, other] = [watches.join(watch_key("a")), watches.join(watch_key("a"))];
        before.tell(Fate::Continues(watches.get(watch_key("b"))));
        let Some(Fate::Continues(watch)) = other.fate() else { panic!("nothing was told") };
        let after = Watching::new(watch);
        assert_eq!(watches.len(), 1);
        drop((before, other));
        assert_eq!(watches.len(), 1);
        drop(after);
        assert_eq!(watches.len(), 0);
    }

    #[test]
    fn wakers_are_gone_with_those_that_wait() {
        let watches = Watches::default();
        let stays = watches.join(watch_key("a"));
        for _ in 0..100 {
            let comes_and_goes = watches.join(watch_key("a"));
            assert!(!comes_and_goes.is_told_or_wakes(Waker::noop()));
        }
        assert!(locked(&stays.watch.progress).wakers.is_empty());
    }

    /// If several timers fire, only one future asks.
    #[test]
    fn one_poll_a_pause() {
        let watches = Watches::default();
        let [first, second] = [watches.join(watch_key("a")), watches.join(watch_key("a"))];
        let (seen_first, seen_second) = (first.polls(), second.polls());
        assert!(second.begins_poll(seen_second));
        assert!(!first.begins_poll(seen_first));
        assert!(first.begins_poll(first.polls()));
    }
}
