//! What a rule works with: a store, the time, and keys that are free.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::stop::{Step, Stop, broken, must};
use super::together::{Boxed, unless_it_panics};
use super::{Harness, Outcome};
use crate::clock::UnixTime;
use crate::random::Random;
use crate::revision::Revision;
use crate::{Entry, Store, StoreKey, Stored, Write, Written};

/// Longer than any rule takes.
pub(super) const HOUR: Duration = Duration::from_secs(3600);

/// A rule: it ends well, or with a [`Stop`].
pub(super) type Rule = for<'a> fn(&'a Bench<'a>) -> Boxed<'a, Step>;

pub(super) struct Bench<'a> {
    pub(super) store: Arc<dyn Store>,
    harness: &'a dyn Harness,
    mark: String,
    marks: AtomicU64,
}

/// Tries one rule on a store.
pub(super) async fn judge(harness: &dyn Harness, rule: Rule) -> Outcome {
    let trial = async move {
        let bench = Bench::new(harness).await?;
        rule(&bench).await
    };
    match unless_it_panics(Box::pin(trial)).await {
        Some(Ok(())) => Outcome::Kept,
        Some(Err(Stop::Broken(how))) => Outcome::Broken(how),
        Some(Err(Stop::NotApplicable(reason))) => Outcome::NotApplicable(reason),
        None => Outcome::Broken("it panicked".into()),
    }
}

impl<'a> Bench<'a> {
    async fn new(harness: &'a dyn Harness) -> Step<Self> {
        let Ok(random) = Random::system().bytes::<8>() else { return broken("no random keys to be had") };
        let mark = format!("conformance-{:016x}", u64::from_le_bytes(random));
        Ok(Self { store: harness.store().await, harness, mark, marks: AtomicU64::new(0) })
    }

    /// A text nobody else uses.
    pub(super) fn mark(&self) -> String {
        format!("{}-{}", self.mark, self.marks.fetch_add(1, Ordering::Relaxed))
    }

    /// A key nobody else uses.
    pub(super) fn key(&self) -> StoreKey {
        StoreKey::new(self.mark())
    }

    pub(super) fn now(&self) -> UnixTime {
        self.harness.now()
    }

    pub(super) fn hence(&self, by: Duration) -> UnixTime {
        self.now().plus(by)
    }

    pub(super) async fn pass(&self, by: Duration) {
        self.harness.pass(by).await;
    }

    /// How exactly an end is kept.
    pub(super) fn grain(&self) -> Duration {
        self.harness.grain()
    }

    /// A short life, which must not be counted upon: with a real clock it may be over at any time.
    pub(super) fn short(&self) -> Duration {
        self.grain().max(Duration::from_millis(30))
    }

    /// Waits until a short life that began by now is over.
    pub(super) async fn outlive(&self) {
        self.pass(self.short() + 2 * self.grain()).await;
    }

    /// The rule looks at moments that a real clock does not hit, or that are too far.
    pub(super) fn needs_manual_time(&self) -> Step {
        let reason = "the engine has a clock of its own";
        if self.harness.obeys_now() { Ok(()) } else { Err(Stop::NotApplicable(reason)) }
    }

    /// An entry that outlives the rule.
    pub(super) fn entry(&self, payload: &str) -> Entry {
        Entry::new(payload.to_owned(), Some(self.hence(HOUR)))
    }

    /// An entry with a short life.
    pub(super) fn short_entry(&self, payload: &str) -> Entry {
        Entry::new(payload.to_owned(), Some(self.hence(self.short())))
    }

    /// Creates an entry under a key that must be free.
    pub(super) async fn create(&self, key: &StoreKey, entry: &Entry) -> Step<Revision> {
        match self.store.write(Write::create(key, entry), self.now()).await? {
            Written::Saved(revision) => Ok(revision),
            other => broken(format!("create under a free key answered {other:?}")),
        }
    }

    /// Creates a lasting entry under a key of its own.
    pub(super) async fn kept(&self, payload: &str) -> Step<(StoreKey, Revision)> {
        let key = self.key();
        let revision = self.create(&key, &self.entry(payload)).await?;
        Ok((key, revision))
    }

    /// Creates an entry and waits until it is over.
    pub(super) async fn ended(&self, payload: &str) -> Step<(StoreKey, Revision)> {
        let key = self.key();
        let revision = self.create(&key, &self.short_entry(payload)).await?;
        self.outlive().await;
        Ok((key, revision))
    }

    pub(super) async fn load(&self, key: &StoreKey) -> Step<Option<Stored>> {
        Ok(self.store.load(key, None, self.now()).await?)
    }

    pub(super) async fn swap(&self, key: &StoreKey, seen: &Revision, payload: &str) -> Step<Written> {
        Ok(self.store.write(Write::swap(key, seen, &self.entry(payload)), self.now()).await?)
    }

    /// A swap that must be done.
    pub(super) async fn replace(&self, key: &StoreKey, seen: &Revision, payload: &str) -> Step<Revision> {
        match self.swap(key, seen, payload).await? {
            Written::Saved(revision) => Ok(revision),
            other => broken(format!("swap with the revision of what is there answered {other:?}")),
        }
    }

    /// Whether something was removed.
    pub(super) async fn remove(&self, key: &StoreKey, tombstone: Option<&Entry>) -> Step<bool> {
        match self.store.write(Write::remove(key, tombstone), self.now()).await? {
            Written::Removed => Ok(true),
            Written::Gone => Ok(false),
            other => broken(format!("remove answered {other:?}")),
        }
    }

    pub(super) async fn must_hold(&self, key: &StoreKey, payload: &str) -> Step<Stored> {
        let Some(stored) = self.load(key).await? else {
            return broken(format!("nothing is there in place of {payload:?}"));
        };
        must(
            stored.payload == payload.as_bytes(),
            format!("something else is there in place of {payload:?}"),
        )?;
        Ok(stored)
    }

    pub(super) async fn must_lack(&self, key: &StoreKey) -> Step {
        match self.load(key).await? {
            None => Ok(()),
            Some(stored) => broken(format!("{stored:?} is there, where nothing should be")),
        }
    }
}
