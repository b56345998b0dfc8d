//! The lock around a session's state, and the program's functions that run within it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::State;

#[derive(Debug)]
pub(super) struct Lock {
    state: Mutex<State>,
    /// The thread that runs a function of the program's on the state; 0 if none does.
    lent_to: AtomicUsize,
}

impl Lock {
    pub(super) fn new(state: State) -> Self {
        Self { state: Mutex::new(state), lent_to: AtomicUsize::new(0) }
    }

    /// # Panics
    /// Within a function that was [lent](Self::lend) the state: it would wait for itself for ever.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        let is_within = self.lent_to.load(Ordering::Relaxed) == this_thread();
        assert!(
            !is_within,
            "a session cannot be used within a function that looks at it: use what the function is given"
        );
        // A function that panics changes nothing: the state is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a function of the program's on the state. It cannot use the session itself.
    pub(super) fn lend<R>(&self, function: impl FnOnce(&mut State) -> R) -> R {
        let mut state = self.lock();
        self.lent_to.store(this_thread(), Ordering::Relaxed);
        let _returned = Returned(&self.lent_to);
        function(&mut state)
    }
}

/// When it is dropped, by a panic, too, nobody has the state any more.
struct Returned<'l>(&'l AtomicUsize);

impl Drop for Returned<'_> {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// A number that no other living thread has, and not 0.
fn this_thread() -> usize {
    thread_local!(static PLACE: u8 = const { 0 });
    PLACE.with(|place| std::ptr::from_ref(place).addr())
}
