//! A store whose calls a test can watch, hold up or fail.

use std::fmt::Debug;
use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::store::{
    Answer, AsyncStore, Memory, Owners, Store, StoreError, StoreKey, Stored, Touch, Trim, Write,
    WriteOutcome, async_trait,
};

/// A store in memory, with a hook around each call.
#[derive(Debug, Default)]
pub(crate) struct HookedStore<H> {
    pub(crate) hook: H,
    pub(crate) memory: Arc<Memory>,
}

/// What a store is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call<'a> {
    Load,
    Write(Write<'a>),
    Touch,
    ListOwner,
    RemoveOwner,
    TrimOwner,
}

/// What happens around each call. An error is the answer of the call.
pub(crate) trait Hook: Debug + Send + Sync {
    /// Before it is done. After an error it is not done.
    fn before(&self, _call: Call<'_>) -> impl Future<Output = Result<(), StoreError>> + Send {
        async { Ok(()) }
    }

    /// When it is done. After an error its answer is lost.
    fn after(&self, _call: Call<'_>) -> impl Future<Output = Result<(), StoreError>> + Send {
        async { Ok(()) }
    }
}

impl<H: Hook> HookedStore<H> {
    /// Calls go to this memory, which others may use without the hook.
    pub(crate) fn new(hook: H, memory: Arc<Memory>) -> Self {
        Self { hook, memory }
    }

    async fn ask<'a, T: Send + 'a>(
        &self,
        call: Call<'_>,
        ask: impl FnOnce() -> Answer<'a, T> + Send,
    ) -> Result<T, StoreError> {
        self.hook.before(call).await?;
        let answer = ask().await?;
        self.hook.after(call).await?;
        Ok(answer)
    }
}

impl<H: Hook> AsyncStore for HookedStore<H> {
    async fn load(
        &self,
        key: &StoreKey,
        touch: Option<Touch>,
        now: UnixTime,
    ) -> Result<Option<Stored>, StoreError> {
        self.ask(Call::Load, || self.memory.load(key, touch, now)).await
    }

    async fn write(&self, write: Write<'_>, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        self.ask(Call::Write(write), || self.memory.write(write, now)).await
    }

    async fn touch(&self, key: &StoreKey, expires: UnixTime, now: UnixTime) -> Result<bool, StoreError> {
        self.ask(Call::Touch, || self.memory.touch(key, expires, now)).await
    }

    fn owners(&self) -> Option<&dyn Owners> {
        Some(self)
    }
}

#[async_trait]
impl<H: Hook> Owners for HookedStore<H> {
    async fn owned_by(&self, owner: &str, now: UnixTime) -> Result<Vec<(StoreKey, Stored)>, StoreError> {
        self.ask(Call::ListOwner, || Answer::Later(Owners::owned_by(&*self.memory, owner, now))).await
    }

    async fn remove_all(
        &self,
        owner: &str,
        except: Option<&StoreKey>,
        now: UnixTime,
    ) -> Result<usize, StoreError> {
        self.ask(Call::RemoveOwner, || Answer::Later(self.memory.remove_all(owner, except, now))).await
    }

    async fn trim(
        &self,
        owner: &str,
        at_most: usize,
        trim: Trim,
        now: UnixTime,
    ) -> Result<Vec<StoreKey>, StoreError> {
        self.ask(Call::TrimOwner, || Answer::Later(self.memory.trim(owner, at_most, trim, now))).await
    }
}
