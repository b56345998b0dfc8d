//! The lock around a session's state. No program code runs while it is held.
//!
//! Program code is what the program gave us to call: functions for `read`, `update` and `edit`, the serde implementations of its types, and
//! the destructors of what its functions have captured. It may use the session itself, which would then wait for itself; or it may need
//! another lock (Python's GIL, say) whose owner waits for this one.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::State;
use super::log::Discarded;

#[derive(Debug)]
pub(super) struct Lock(Mutex<State>);

/// The state, locked. Fields are dropped in the order in which they stand here: functions that are no longer needed go after the lock.
pub(crate) struct Locked<'s> {
    state: MutexGuard<'s, State>,
    discarded: Option<Vec<Discarded>>,
}

impl Lock {
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
