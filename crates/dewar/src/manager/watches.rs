//! The sessions that are watched for their end: one [`Watch`] for all that wait for the same one.

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

/// What is watched: the session of this owner under this key. If either changes, it is another watch.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Subject {
    /// Of the session, or of the epoch of its owner.
    pub(super) key: StoreKey,
    /// `None`: a visitor's session.
    pub(super) owner: Option<Text>,
    /// Since when it has its owner, where an epoch is asked.
    pub(super) owned_since: UnixTime,
}

/// What became of a session.
#[derive(Clone)]
pub(super) enum Fate {
    Ended,
    /// It has a new id, or its first owner.
    Continues(Arc<Watch>),
}

/// All watches of one manager. They hold nothing: a watch is gone with the last one that waits.
#[derive(Default)]
pub(super) struct Watches {
    list: Arc<List>,
    failures: OnceAnHour,
}

type List = Mutex<HashMap<Subject, Weak<Watch>>>;

/// A session that is watched.
pub(super) struct Watch {
    subject: Subject,
    list: Weak<List>,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// How often the store was asked.
    polls: u64,
    fate: Option<Fate>,
    /// Those that wait, by their numbers.
    wakers: BTreeMap<u64, Waker>,
    next_number: u64,
}

/// One that waits.
pub(super) struct Watching {
    watch: Arc<Watch>,
    number: u64,
}

impl Watches {
    /// One more that waits.
    pub(super) fn join(&self, subject: Subject) -> Watching {
        Watching::new(self.get(subject))
    }

    /// The watch of this session, a new one if nothing waits for it yet.
    pub(super) fn get(&self, subject: Subject) -> Arc<Watch> {
        let mut list = locked(&self.list);
        if let Some(watch) = list.get(&subject).and_then(Weak::upgrade) {
            return watch;
        }
        let watch = Arc::new(Watch {
            subject: subject.clone(),
            list: Arc::downgrade(&self.list),
            progress: Mutex::default(),
        });
        list.insert(subject, Arc::downgrade(&watch));
        watch
    }

    /// The store could not be asked. Each time is counted; a warning is logged for the first, and once an hour while it lasts.
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

    pub(super) fn subject(&self) -> &Subject {
        &self.watch.subject
    }

    /// How often the store was asked so far.
    pub(super) fn polls(&self) -> u64 {
        locked(&self.watch.progress).polls
    }

    /// Whether this one is to ask: nobody has since there were that many polls.
    pub(super) fn begins_poll(&self, polls: u64) -> bool {
        let mut progress = locked(&self.watch.progress);
        let is_ours = progress.polls == polls;
        progress.polls += u64::from(is_ours);
        is_ours
    }

    pub(super) fn fate(&self) -> Option<Fate> {
        locked(&self.watch.progress).fate.clone()
    }

    /// Waits for the timer, or until another one tells the fate.
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
        // Its destructor may be anything, so it runs without the lock.
        drop(replaced);
        false
    }

    /// Tells all that wait. Who comes later watches anew.
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
        if list.get(&self.subject).is_some_and(is_this) {
            list.remove(&self.subject);
        }
    }
}

impl Drop for Watch {
    /// One that came meanwhile may have made another one in its place.
    fn drop(&mut self) {
        self.leave_list(|listed| listed.strong_count() == 0);
    }
}

/// Nothing that runs under these locks leaves half a change.
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

    fn subject(key: &str) -> Subject {
        Subject { key: StoreKey::new(key), owner: None, owned_since: UnixTime::EPOCH }
    }

    #[test]
    fn a_watch_is_gone_with_the_last_one_that_waits() {
        let watches = Watches::default();
        let (first, second) = (watches.join(subject("a")), watches.join(subject("a")));
        let other = watches.join(subject("b"));
        assert_eq!(watches.len(), 2);
        drop(first);
        assert_eq!(watches.len(), 2);
        drop(second);
        assert_eq!(watches.len(), 1);
        other.tell(Fate::Ended);
        assert_eq!(watches.len(), 0, "who comes now asks anew");
        let again = watches.join(subject("b"));
        drop(other);
        assert_eq!(watches.len(), 1);
        drop(again);
        assert_eq!(watches.len(), 0);
    }

    #[test]
    fn one_that_is_followed_is_gone_with_those_that_followed() {
        let watches = Watches::default();
        let [before, other] = [watches.join(subject("a")), watches.join(subject("a"))];
        before.tell(Fate::Continues(watches.get(subject("b"))));
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
        let stays = watches.join(subject("a"));
        for _ in 0..100 {
            let comes_and_goes = watches.join(subject("a"));
            assert!(!comes_and_goes.is_told_or_wakes(Waker::noop()));
        }
        assert!(locked(&stays.watch.progress).wakers.is_empty());
    }

    /// Of those whose pause is over one asks.
    #[test]
    fn one_poll_a_pause() {
        let watches = Watches::default();
        let [first, second] = [watches.join(subject("a")), watches.join(subject("a"))];
        let (seen_first, seen_second) = (first.polls(), second.polls());
        assert!(second.begins_poll(seen_second));
        assert!(!first.begins_poll(seen_first));
        assert!(first.begins_poll(first.polls()));
    }
}
