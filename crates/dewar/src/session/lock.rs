//! The lock around a session's state. No program code runs while it is held.
//!
//! Program code is anything that the program gave us to call: functions for `read`, `update` and `edit`, the serde implementations of its
//! types, and the destructors of values that its functions have captured. Such code may use the session itself and would then deadlock. It
//! may also need another lock (Python's GIL, for example) whose owner is waiting for this one.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::State;
use super::log::Discarded;

#[derive(Debug)]
pub(super) struct Lock(Mutex<State>);

/// The locked state. Fields are dropped in declaration order: functions that are no longer needed are dropped after the lock is released.
pub(crate) struct Locked<'s> {
    state: MutexGuard<'s, State>,
    discarded: Option<Vec<Discarded>>,
}

impl Lock {
    #[inline]
    pub(super) fn new(state: State) -> Self {
        Self(Mutex::new(state))
    }

    pub(super) fn lock(&self) -> Locked<'_> {
        // Nothing that runs under the lock leaves the state half changed.
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Locked { state, discarded: None }
    }
}

impl Deref for Locked<'_> {
    type Target = State;

    fn deref(&self) -> &State {
        &self.state
    }
}

impl DerefMut for Locked<'_> {
    fn deref_mut(&mut self) -> &mut State {
        &mut self.state
    }
}

impl Drop for Locked<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.state.has_discarded() {
            self.discarded = Some(self.state.take_discarded());
        }
    }
}
