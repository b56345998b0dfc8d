//! All visitors.

use std::io::{Error, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dewar_testbed::Arguments;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::slowest::{Slowest, lateness};
use super::tally::{Done, Lost};
use super::visitor::{Answers, Visitor};
use crate::process::Testbed;

const VISITORS: usize = 200;
/// How many are looked up at the same time.
const AT_ONCE: usize = 16;

pub(super) struct Visitors {
    all: Vec<Arc<Visitor>>,
    running: Mutex<JoinSet<Result<()>>>,
    answers: Arc<Answers>,
    is_over: Arc<AtomicBool>,
}

impl Visitors {
    pub(super) fn start(testbeds: &[Testbed]) -> Self {
        let (answers, is_over) = (Arc::<Answers>::default(), Arc::<AtomicBool>::default());
        let mut running = JoinSet::new();
        let mut all = Vec::new();
        for number in 0..VISITORS {
            let visitor = Arc::new(Visitor::default());
            let server = testbeds[number % testbeds.len()].address;
            let (answers, is_over) = (Arc::clone(&answers), Arc::clone(&is_over));
            all.push(Arc::clone(&visitor));
            running.spawn(async move { visitor.visit(server, number, &answers, &is_over).await });
        }
        running.spawn(watch_timers(Arc::clone(&answers), Arc::clone(&is_over)));
        Self { all, running: Mutex::new(running), answers, is_over }
    }

    /// Waits until all requests that are under way now are answered.
    pub(super) async fn settle(&self) {
        let before: Vec<usize> = self.all.iter().map(|visitor| visitor.answers()).collect();
        while self.all.iter().zip(&before).any(|(visitor, before)| visitor.answers() == *before) {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// From now on the slowest answer counts.
    pub(super) fn watch_answers(&self) {
        *self.answers.slowest.lock().unwrap() = Slowest::default();
    }

    pub(super) fn slowest_answer(&self) -> Slowest {
        self.answers.slowest.lock().unwrap().clone()
    }

    /// What was acknowledged and is not at this server. It is not looked for any more.
    pub(super) async fn forget_what_is_not_at(&self, url: &str) -> Result<Lost> {
        let arguments = Arguments { port: 0, store: url.to_owned(), is_flask: false };
        let sessions = arguments.sessions().await.map_err(|error| Error::other(error.to_string()))?;
        let mut missing = Lost::default();
        for some in self.all.chunks(AT_ONCE) {
            let mut looks = JoinSet::new();
            for visitor in some {
                let (visitor, sessions) = (Arc::clone(visitor), sessions.clone());
                looks.spawn(async move { visitor.forget_what_is_not_at(&sessions).await });
            }
            for lost in looks.join_all().await {
                missing += lost?;
            }
        }
        Ok(missing)
    }

    pub(super) async fn stop(&self) -> Result<Done> {
        self.is_over.store(true, Ordering::Relaxed);
        while let Some(visitor) = self.running.lock().await.join_next().await {
            visitor.map_err(Error::other)??;
        }
        Ok(self.answers.done())
    }
}

async fn watch_timers(answers: Arc<Answers>, is_over: Arc<AtomicBool>) -> Result<()> {
    while !is_over.load(Ordering::Relaxed) {
        let late = lateness().await;
        answers.slowest.lock().unwrap().was_late(late);
    }
    Ok(())
}
