//! Renames, which are atomic for all other calls although they change two documents, without a transaction: a standalone server has none.
//!
//! 1. The new entry is written. It is pending, since it says that it comes from the old key (`from`).
//! 2. The tombstone replaces the old entry, if that is still the one that was seen, and says that the entry has moved to the new key (`moved`).
//!    This is the step that counts: the new entry is valid if the old document says so.
//! 3. In the background, or by the next call that finds one of the two: the new entry is confirmed (without `from`), then the tombstone is
//!    settled (without `moved`). Until then the tombstone is not removed when it expires, since it is the proof.
//!
//! If a process dies after step 1, the new entry stays pending, which nobody sees, and MongoDB removes it when it expires.

use ::mongodb::bson::{Document, doc};
use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, StoreError, StoreErrorKind, StoreKey, Write, WriteOutcome};

use super::MongoDb;
use super::record::{self, Moved, Moves, Record, literal, optional};
use crate::mongodb::change::{Change, Shape as _};
use crate::mongodb::documents::Updated;

/// A rename with all that it needs, so that it goes on if the caller does not wait for it.
pub(super) struct Rename {
    pub(super) key: StoreKey,
    pub(super) new_key: StoreKey,
    pub(super) seen: Revision,
    pub(super) entry: Entry,
    pub(super) tombstone: Option<Entry>,
}

impl MongoDb {
    pub(super) async fn rename(&self, rename: &Rename, now: UnixTime) -> Result<WriteOutcome, StoreError> {
        let revision = self.next_revision();
        if self.announce(rename, &revision, now).await? == Updated::Taken {
            let found = self.settled(&rename.key, now).await?;
            return Ok(rename.as_write().refusal(found, |_| true).unwrap_or(WriteOutcome::Taken));
        }
        let moved = self.move_away(rename, &revision, now).await;
        match &moved {
            Ok(WriteOutcome::Saved(_)) => self.complete_later(rename),
            Err(error) if error.kind() == StoreErrorKind::NoAnswer => {}
            Ok(_) | Err(_) => self.discard_later(rename, &revision),
        }
        moved
    }

    /// The first step. It is refused if something is stored under the new key. A pending entry of the same rename is replaced: this is its
    /// second attempt.
    pub(super) async fn announce(
        &self,
        rename: &Rename,
        revision: &Revision,
        now: UnixTime,
    ) -> Result<Updated, StoreError> {
        let (key, new_key) = (rename.key.as_str(), rename.new_key.as_str());
        let expired = doc! { "expires": { "$lte": record::date(now) } };
        let filter =
            doc! { "_id": new_key, "$or": [expired, { "from": key }], "moved": { "$exists": false } };
        let place = self.new_place(rename.entry.owner.as_deref());
        let mut fields = record::fields(&rename.entry, revision, place);
        fields.insert("from", literal(key));
        self.documents.upsert(filter, vec![doc! { "$set": fields }]).await
    }

    /// The second step.
    pub(super) async fn move_away(
        &self,
        rename: &Rename,
        revision: &Revision,
        now: UnixTime,
    ) -> Result<WriteOutcome, StoreError> {
        let write = rename.as_write();
        let nothing = Entry::expired(now);
        let tombstone = rename.tombstone.as_ref().unwrap_or(&nothing);
        let mut fields = self.replacement(tombstone, &self.next_revision());
        // The index removes no document without this field.
        fields.insert("expires", "$$REMOVE");
        fields.insert("moved", moved(rename, tombstone));
        let mut filter = record::settled(rename.key.as_str(), now);
        filter.insert("revision", record::number(&rename.seen));
        let done = WriteOutcome::Saved(revision.clone());
        self.make(write, &Change { filter, pipeline: Some(vec![doc! { "$set": fields }]), done }, now).await
    }

    /// The third step, for the document under the old key.
    pub(super) async fn complete(&self, key: &str, moved: &Moved) -> Result<(), StoreError> {
        self.confirm(key, moved).await?;
        let filter = doc! { "_id": key, "moved.to": &moved.to };
        let settle = vec![doc! { "$set": { "expires": "$moved.expires" } }, doc! { "$unset": "moved" }];
        self.documents.update(filter, settle).await.map(drop)
    }

    /// If the owner stays the same, so does the place.
    pub(super) async fn confirm(&self, key: &str, moved: &Moved) -> Result<(), StoreError> {
        let mut pipeline = vec![doc! { "$unset": "from" }];
        if let Some((owner, joined)) = moved.owner.as_deref().zip(moved.joined) {
            let is_same = doc! { "$eq": ["$owner", literal(owner)] };
            pipeline.push(doc! { "$set": { "joined": { "$cond": [is_same, joined, "$joined"] } } });
        }
        self.documents.update(doc! { "_id": &moved.to, "from": key }, pipeline).await.map(drop)
    }

    /// Completes the rename of a pending document, if its second step was done. Returns `false` if it was not.
    pub(super) async fn complete_pending(&self, key: &str, old: &str) -> Result<bool, StoreError> {
        match self.moved_to(key, old).await? {
            Some(Some(moved)) => self.complete(old, &moved).await.map(|()| true),
            Some(None) => Ok(true),
            None => Ok(false),
        }
    }

    /// Whether a pending document has become valid, and if its proof is still there, the proof.
    pub(super) async fn moved_to(&self, key: &str, old: &str) -> Result<Option<Option<Moved>>, StoreError> {
        let found = self.record(old).await?;
        if let Some(Record { moves: Some(Moves::To(moved)), .. }) = found
            && moved.to == key
        {
            return Ok(Some(Some(moved)));
        }
        // Another call may have completed it between the two looks.
        let again = self.record(key).await?;
        let is_pending = again.as_ref().is_some_and(|again| again.moves == Some(Moves::From(old.to_owned())));
        Ok(if is_pending || again.is_none() { None } else { Some(None) })
    }

    fn complete_later(&self, rename: &Rename) {
        let (documents, key) = (self.clone(), rename.key.clone());
        tokio::spawn(async move {
            if let Ok(Some(Record { moves: Some(Moves::To(moved)), .. })) =
                documents.record(key.as_str()).await
            {
                // If it fails, the next call that finds one of the two documents does it.
                let _ = documents.complete(key.as_str(), &moved).await;
            }
        });
    }

    /// Removes the pending entry of a rename that was not done. If it fails, the entry stays pending.
    fn discard_later(&self, rename: &Rename, revision: &Revision) {
        let documents = self.documents.clone();
        let pending = doc! {
            "_id": rename.new_key.as_str(), "from": rename.key.as_str(), "revision": record::number(revision),
        };
        tokio::spawn(async move { documents.delete(pending).await });
    }
}

fn moved(rename: &Rename, tombstone: &Entry) -> Document {
    doc! {
        "to": literal(rename.new_key.as_str()),
        "expires": optional(tombstone.expires.map(record::date)),
        "owner": "$owner",
        "joined": "$joined",
    }
}

impl Rename {
    fn as_write(&self) -> Write<'_> {
        Write::rename(&self.key, &self.new_key, &self.seen, &self.entry, self.tombstone.as_ref())
    }
}
