//! Copies the entries that a walk through the source finds.

use std::sync::Arc;

use dewar::admin::{Copier, CopyOutcome, EntryKind, SessionEntry};
use dewar::error::Error;
use tokio::task::{JoinError, JoinSet};

use super::super::patience::{is_passing, patiently};
use super::super::trouble::Trouble;
use super::figures::Figures;
use super::marks::Marks;
use super::refusals::Refusals;
use super::seen::Seen;
use crate::output::{self, Progress};

/// What to do if a store stops answering.
pub(super) const STOPPED: &str =
    "the copy stopped; run the same command again, what was copied stays where it is";

/// What copies, and what it came to so far.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) copier: Arc<Copier>,
    pub(super) marks: Option<Arc<Marks>>,
    pub(super) figures: Figures,
    pub(super) progress: Progress,
    pub(super) seen: Seen,
    refusals: Refusals,
    is_dry: bool,
    parallel: usize,
    running: JoinSet<Result<Vec<Done>, Trouble>>,
}

/// What became of an entry.
#[derive(Debug)]
struct Done {
    handle: String,
    bytes: usize,
    outcome: Result<CopyOutcome, Error>,
}

impl Work {
    pub(super) fn new(copier: Copier, marks: Option<Marks>, is_dry: bool, parallel: usize) -> Self {
        Self {
            copier: Arc::new(copier),
            marks: marks.map(Arc::new),
            figures: Figures::default(),
            progress: Progress::new(),
            seen: Seen::default(),
            refusals: Refusals::default(),
            is_dry,
            parallel,
            running: JoinSet::new(),
        }
    }

    /// Begins to copy an entry, and waits while too many are being copied.
    pub(super) async fn add(&mut self, entry: SessionEntry) -> Result<(), Trouble> {
        if entry.kind != EntryKind::Expired {
            self.seen.add(&entry);
        }
        if self.running.len() >= self.parallel {
            self.finish_one().await?;
        }
        let (copier, marks, is_dry) = (Arc::clone(&self.copier), self.marks.clone(), self.is_dry);
        self.running.spawn(async move { one(&copier, marks.as_deref(), entry, is_dry).await });
        Ok(())
    }

    /// Waits for all that is being copied.
    pub(super) async fn finish(&mut self) -> Result<(), Trouble> {
        while !self.running.is_empty() {
            self.finish_one().await?;
        }
        Ok(())
    }

    async fn finish_one(&mut self) -> Result<(), Trouble> {
        let Some(joined) = self.running.join_next().await else { return Ok(()) };
        let done = joined.map_err(|error: JoinError| Trouble::store(error.to_string()))?;
        for Done { handle, bytes, outcome } in done? {
            match outcome {
                Ok(outcome) => {
                    self.refusals.taken();
                    self.figures.add(outcome, bytes);
                }
                // Every other session would fail as well.
                Err(error) if is_passing(&error) => return Err(error.into()),
                Err(error) => self.failed(&handle, bytes, &error)?,
            }
        }
        Ok(())
    }

    fn failed(&mut self, handle: &str, bytes: usize, error: &Error) -> Result<(), Trouble> {
        let cause = format!("{error:?}");
        self.figures.failed += 1;
        self.progress.clear();
        output::note(&format!("session {handle} ({bytes} bytes) was not copied: {cause}"));
        if self.refusals.refused(&cause) {
            return Err(Trouble::store("the target refuses one session after the other for this reason"));
        }
        Ok(())
    }
}

async fn one(
    copier: &Copier,
    marks: Option<&Marks>,
    entry: SessionEntry,
    is_dry: bool,
) -> Result<Vec<Done>, Trouble> {
    let due = if is_dry { vec![entry] } else { patiently(|| copier.due(entry.clone())).await? };
    let mut all = Vec::with_capacity(due.len());
    for entry in due {
        let outcome = if is_dry {
            patiently(|| copier.check(&entry)).await
        } else {
            copy(copier, marks, &entry).await?
        };
        let is_damaged =
            entry.kind == EntryKind::Unreadable && matches!(outcome, Ok(CopyOutcome::NotASession));
        if is_damaged {
            output::note(&format!("record {} cannot be read and was not copied", entry.handle));
        }
        all.push(Done { handle: entry.handle.clone(), bytes: entry.bytes, outcome });
    }
    Ok(all)
}

/// The mark is written first, so that a copy that is interrupted here is recognized later.
async fn copy(
    copier: &Copier,
    marks: Option<&Marks>,
    entry: &SessionEntry,
) -> Result<Result<CopyOutcome, Error>, Trouble> {
    let expected = entry.copy_mark();
    if let Some(marks) = marks {
        marks.add(&expected).map_err(Trouble::store)?;
    }
    let copied = patiently(|| copier.copy(entry)).await;
    if let (Some(marks), Ok((_, mark))) = (marks, &copied)
        && *mark != expected
    {
        marks.add(mark).map_err(Trouble::store)?;
    }
    Ok(copied.map(|(outcome, _)| outcome))
}
