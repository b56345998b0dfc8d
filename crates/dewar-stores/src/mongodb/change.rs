//! Changes of one document: what must be there, and what is done to it in one step.

use ::mongodb::bson::Document;
use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, StoreKey, Stored, Write, WriteOutcome};

use super::documents::{Documents, Updated};

/// A change of the document that the filter finds.
pub(super) struct Change {
    pub(super) filter: Document,
    /// `None`: the document is removed.
    pub(super) pipeline: Option<Vec<Document>>,
    /// The outcome if the document was found.
    pub(super) done: WriteOutcome,
}

/// The shape of the documents.
pub(super) trait Shape: Sync {
    fn documents(&self) -> &Documents;

    /// The entry under a key that has not expired, as it is now.
    fn settled(
        &self,
        key: &StoreKey,
        now: UnixTime,
    ) -> impl Future<Output = Result<Option<Stored>, StoreError>> + Send;

    /// Makes the change that a write asks for, or finds out why it must not be made.
    fn make(
        &self,
        write: Write<'_>,
        change: &Change,
        now: UnixTime,
    ) -> impl Future<Output = Result<WriteOutcome, StoreError>> + Send {
        async move {
            for _ in 0..ATTEMPTS {
                match change.attempt(self.documents()).await? {
                    Updated::Done => return Ok(change.done.clone()),
                    Updated::Taken => return Ok(WriteOutcome::Taken),
                    Updated::NotFound => {}
                }
                let found = self.settled(write.key(), now).await?;
                if let Some(refusal) = write.refusal(found, |_| false) {
                    return Ok(refusal);
                }
            }
            Err(always_changed())
        }
    }
}

/// How often a change is tried if its document was changed each time, but is then found such that the change can be made.
pub(super) const ATTEMPTS: u32 = 8;

/// Nothing was done in any of the attempts.
pub(super) fn always_changed() -> StoreError {
    StoreError::busy("other calls changed the session each time")
}

impl Change {
    async fn attempt(&self, documents: &Documents) -> Result<Updated, StoreError> {
        let filter = self.filter.clone();
        match self.pipeline.clone() {
            Some(pipeline) => documents.update(filter, pipeline).await,
            None => {
                let is_done = documents.delete(filter).await?;
                Ok(if is_done { Updated::Done } else { Updated::NotFound })
            }
        }
    }
}
