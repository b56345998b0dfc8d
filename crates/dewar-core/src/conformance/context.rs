//! What a rule works with: a store, the time, and unused keys.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Harness;
use super::stop::{Step, Stop, broken, must};
use crate::clock::UnixTime;
use crate::random::Random;
use crate::revision::Revision;
use crate::{Entry, Store, StoreKey, Stored, Write, WriteOutcome};

/// Longer than any rule takes.
pub(super) const HOUR: Duration = Duration::from_secs(3600);

pub(super) struct RuleContext<'a> {
    pub(super) store: Arc<dyn Store>,
    harness: &'a dyn Harness,
    prefix: String,
    count: AtomicU64,
}

impl<'a> RuleContext<'a> {
    pub(super) async fn new(harness: &'a dyn Harness) -> Step<Self> {
        let Ok(random) = Random::system().bytes::<8>() else {
            return broken("the system gave no random bytes for keys");
        };
        let prefix = format!("conformance-{:016x}", u64::from_le_bytes(random));
        Ok(Self { store: harness.store().await, harness, prefix, count: AtomicU64::new(0) })
    }

    /// A text that nothing else uses.
    pub(super) fn unique(&self) -> String {
        format!("{}-{}", self.prefix, self.count.fetch_add(1, Ordering::Relaxed))
    }

    /// A key that nothing else uses.
    pub(super) fn key(&self) -> StoreKey {
        StoreKey::new(self.unique())
    }

    pub(super) fn now(&self) -> UnixTime {
        self.harness.now()
    }

    pub(super) fn hence(&self, by: Duration) -> UnixTime {
        self.now().plus(by)
    }

    pub(super) async fn advance(&self, by: Duration) {
        self.harness.advance(by).await;
    }

    /// The precision with which the store stores an expiry.
    pub(super) fn precision(&self) -> Duration {
        self.harness.precision()
    }

    /// A short TTL. With a real clock the entry may expire at any time.
    pub(super) fn short(&self) -> Duration {
        self.precision().max(Duration::from_millis(30))
    }

    /// Waits until a short TTL that starts now has passed.
    pub(super) async fn outlive(&self) {
        self.advance(self.short() + 2 * self.precision()).await;
    }

    /// Ends the rule if time is real: it needs exact times, or times that are too far away to wait for.
    pub(super) fn needs_manual_time(&self) -> Step {
        let reason = "the engine uses its own clock";
        if self.harness.uses_now() { Ok(()) } else { Err(Stop::NotApplicable(reason)) }
    }

    /// An entry that does not expire during the rule.
    pub(super) fn entry(&self, payload: &str) -> Entry {
        Entry::new(payload.to_owned(), Some(self.hence(HOUR)))
    }

    /// An entry with a short TTL.
    pub(super) fn short_entry(&self, payload: &str) -> Entry {
        Entry::new(payload.to_owned(), Some(self.hence(self.short())))
    }

    /// Creates an entry under a key that must be free.
    pub(super) async fn create(&self, key: &StoreKey, entry: &Entry) -> Step<Revision> {
        match self.store.write(Write::create(key, entry), self.now()).await? {
            WriteOutcome::Saved(revision) => Ok(revision),
            other => broken(format!("create under an unused key answered {other:?}")),
        }
    }

    /// Creates an entry under a new key; it does not expire during the rule.
    pub(super) async fn stored(&self, payload: &str) -> Step<(StoreKey, Revision)> {
        let key = self.key();
        let revision = self.create(&key, &self.entry(payload)).await?;
        Ok((key, revision))
    }

    /// Creates an entry and waits until it has expired.
    pub(super) async fn expired(&self, payload: &str) -> Step<(StoreKey, Revision)> {
        let key = self.key();
        let revision = self.create(&key, &self.short_entry(payload)).await?;
        self.outlive().await;
        Ok((key, revision))
    }

    pub(super) async fn load(&self, key: &StoreKey) -> Step<Option<Stored>> {
        Ok(self.store.load(key, None, self.now()).await?)
    }

    pub(super) async fn swap(&self, key: &StoreKey, seen: &Revision, payload: &str) -> Step<WriteOutcome> {
        Ok(self.store.write(Write::swap(key, seen, &self.entry(payload)), self.now()).await?)
    }

    /// A swap that must succeed.
    pub(super) async fn replace(&self, key: &StoreKey, seen: &Revision, payload: &str) -> Step<Revision> {
        match self.swap(key, seen, payload).await? {
            WriteOutcome::Saved(revision) => Ok(revision),
            other => broken(format!("swap with the stored revision answered {other:?}")),
        }
    }

    /// Whether something was removed.
    pub(super) async fn remove(&self, key: &StoreKey, tombstone: Option<&Entry>) -> Step<bool> {
        match self.store.write(Write::remove(key, tombstone), self.now()).await? {
            WriteOutcome::Removed => Ok(true),
            WriteOutcome::Gone => Ok(false),
            other => broken(format!("remove answered {other:?}")),
        }
    }

    pub(super) async fn must_hold(&self, key: &StoreKey, payload: &str) -> Step<Stored> {
        let Some(stored) = self.load(key).await? else {
            return broken(format!("nothing is stored, expected {payload:?}"));
        };
        must(
            stored.payload == payload.as_bytes(),
            format!("something else is stored, expected {payload:?}"),
        )?;
        Ok(stored)
    }

    pub(super) async fn must_lack(&self, key: &StoreKey) -> Step {
        match self.load(key).await? {
            None => Ok(()),
            Some(stored) => broken(format!("{stored:?} is stored, expected nothing")),
        }
    }
}
