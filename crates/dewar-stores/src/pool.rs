//! A limited number of threads per store, for work that may wait for a disk.
//!
//! Work that waits for a thread exists only in its caller's future. If the future is dropped, the work is never started; work that was started
//! runs to its end. A disk that hangs blocks the threads of the store, but not the runtime. A process that was forked has none of the threads of
//! its parent, and starts threads of its own.

use std::fmt;
use std::mem;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::{process, thread};

use dewar_core::StoreError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The default for the largest number of threads of a store.
pub(crate) const THREADS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

type Work = Box<dyn FnOnce() + Send>;

/// The threads of a store. They are started when they are needed, and end when the store is dropped.
pub(crate) struct Pool {
    current: Mutex<Arc<Threads>>,
}

/// Those of one process.
struct Threads {
    process: u32,
    name: &'static str,
    limit: usize,
    started: Mutex<usize>,
    /// One permit for each thread that is free or not yet started.
    free: Arc<Semaphore>,
    /// Walks through the whole store take a long time, so they may use only a quarter of the threads.
    walks: Arc<Semaphore>,
    work: Sender<Work>,
    queue: Arc<Mutex<Receiver<Work>>>,
}

impl Pool {
    /// A pool whose threads have this name.
    pub(crate) fn new(name: &'static str, threads: NonZeroUsize) -> Self {
        let limit = threads.get().min(Semaphore::MAX_PERMITS);
        Self { current: Mutex::new(Threads::new(name, limit, process::id())) }
    }

    /// Runs the work on a thread, as soon as one is free.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.threads().run(work).await
    }

    /// Like [`run`](Self::run), for work that walks through the whole store.
    pub(crate) async fn walk<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let threads = self.threads();
        let walk = permit(&threads.walks).await?;
        let work = move || {
            let answer = work();
            drop(walk);
            answer
        };
        threads.run(work).await
    }

    fn threads(&self) -> Arc<Threads> {
        self.threads_of(process::id())
    }

    fn threads_of(&self, process: u32) -> Arc<Threads> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.process != process {
            let own = Threads::new(current.name, current.limit, process);
            let parents = mem::replace(&mut *current, own);
            // One of the parent's threads may have been using them at the fork.
            mem::forget(parents);
        }
        Arc::clone(&current)
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        let current = self.current.get_mut().unwrap_or_else(PoisonError::into_inner);
        if current.process != process::id() {
            mem::forget(Arc::clone(current));
        }
    }
}

impl Threads {
    fn new(name: &'static str, limit: usize, process: u32) -> Arc<Self> {
        let [free, walks] = [limit, limit.div_ceil(4)].map(|permits| Arc::new(Semaphore::new(permits)));
        let (work, queue) = channel();
        let (started, queue) = (Mutex::default(), Arc::new(Mutex::new(queue)));
        Arc::new(Self { process, name, limit, started, free, walks, work, queue })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = permit(&self.free).await?;
        self.start_thread()?;
        let (caller, answer) = oneshot::channel();
        let work = move || {
            if caller.is_closed() {
                return;
            }
            let answer = work();
            // Before the answer, so that the thread is free when the caller gets it.
            drop(permit);
            // The caller may be gone.
            _ = caller.send(answer);
        };
        self.work.send(Box::new(work)).map_err(|_| StoreError::unavailable(NoThread))?;
        answer.await.map_err(|_| StoreError::no_answer(Panicked))?
    }

    /// Starts a thread, unless there is one for each permit that is taken.
    fn start_thread(&self) -> Result<(), StoreError> {
        let mut started = self.started.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.limit - self.free.available_permits();
        if *started >= taken.min(self.limit) {
            return Ok(());
        }
        let queue = Arc::clone(&self.queue);
        match thread::Builder::new().name(self.name.into()).spawn(move || serve(&queue)) {
            Ok(_) => *started += 1,
            // Another thread will do the work.
            Err(_) if *started > 0 => {}
            Err(error) => return Err(StoreError::unavailable(error)),
        }
        Ok(())
    }
}

async fn permit(semaphore: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, StoreError> {
    Arc::clone(semaphore).acquire_owned().await.map_err(StoreError::unavailable)
}

/// Runs until the pool is dropped. If work panics, only its own caller gets an error.
fn serve(queue: &Mutex<Receiver<Work>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = next else { return };
        _ = catch_unwind(AssertUnwindSafe(work));
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

/// No thread could be started.
#[derive(Debug)]
struct NoThread;

impl fmt::Display for NoThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no thread could be started for the session store: check the limits of the process")
    }
}

impl std::error::Error for NoThread {}

/// The work panicked.
#[derive(Debug)]
struct Panicked;

impl fmt::Display for Panicked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a session store call panicked: please report this bug")
    }
}

impl std::error::Error for Panicked {}

#[cfg(test)]
mod tests;
