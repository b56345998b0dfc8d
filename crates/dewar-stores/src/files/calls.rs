//! The calls of the contract over files of any format. Each call blocks.
//!
//! The file of an entry is authoritative. It is read without a lock, since it is only replaced as a whole. A call that replaces or removes it
//! holds the lock of its name, and the lock of the owner if the owner gets a new entry.

use std::io;

use dewar_core::clock::UnixTime;
use dewar_core::{StoreKey, Stored, Touch, Write, WriteOutcome};

use super::failure::Failure;
use super::format::Format;
use super::locks::LockTurns;

/// Waits, without blocking a thread, for the turns to try the locks that a write to these keys needs.
pub(super) async fn turns<F: Format>(
    files: &F,
    owner: Option<&str>,
    keys: &[&StoreKey],
) -> Result<LockTurns, Failure> {
    let owner = owner.and_then(F::owner_lock);
    let names: Vec<_> = keys.iter().map(|key| files.names(key)).collect();
    files.folder().locks.turns(owner.as_deref(), names.iter().flat_map(F::locks)).await
}

/// Loads an entry. The touch is best effort: if it fails, the load still succeeds.
pub(super) fn load<F: Format>(
    files: &F,
    key: &StoreKey,
    touch: Option<Touch>,
    now: UnixTime,
) -> Result<Option<Stored>, Failure> {
    let names = files.names(key);
    let Some(found) = find(files, &names, now)? else { return Ok(None) };
    let Some(touch) = touch.filter(|touch| touch.is_due(found.expires)) else { return Ok(Some(found)) };
    Ok(load_and_touch(files, &names, touch, now).unwrap_or_else(|failure| {
        files.folder().best_effort.skipped("touch", &failure);
        Some(found)
    }))
}

fn find<F: Format>(files: &F, names: &F::Names, now: UnixTime) -> io::Result<Option<Stored>> {
    Ok(files.live(names, now)?.as_ref().map(F::stored))
}

fn load_and_touch<F: Format>(
    files: &F,
    names: &F::Names,
    touch: Touch,
    now: UnixTime,
) -> Result<Option<Stored>, Failure> {
    let _lock = files.folder().locks.lock_to_touch(F::locks(names))?;
    let Some(found) = files.live(names, now)? else { return Ok(None) };
    let stored = F::stored(&found);
    if touch.is_due(stored.expires) {
        files.set_expiry(names, found, touch.expires)?;
    }
    Ok(Some(stored))
}

pub(super) fn write<F: Format>(
    files: &F,
    write: Write<'_>,
    turns: LockTurns,
    now: UnixTime,
) -> Result<WriteOutcome, Failure> {
    if matches!(write, Write::Create { .. } | Write::Rename { .. }) {
        files.make_room(now);
    }
    let lock = files.folder().locks.lock(turns)?;
    let names = files.names(write.key());
    let found = files.live_to_write(&names, now)?;
    let is_taken = |key: &StoreKey| files.live_to_write(&files.names(key), now).map(|found| found.is_some());
    match (write.try_refusal(found.as_ref().map(F::stored), is_taken)?, write) {
        (None, _) => files.execute(write, &names, found, &lock, now),
        (Some(refusal), Write::Remove { .. }) => {
            // The file may exist without holding an entry.
            files.discard(&names)?;
            Ok(refusal)
        }
        (Some(refusal), _) => Ok(refusal),
    }
}

pub(super) fn touch<F: Format>(
    files: &F,
    key: &StoreKey,
    expires: UnixTime,
    turns: LockTurns,
    now: UnixTime,
) -> Result<bool, Failure> {
    let _lock = files.folder().locks.lock(turns)?;
    let names = files.names(key);
    let Some(found) = files.live_to_write(&names, now)? else { return Ok(false) };
    Ok(files.set_expiry(&names, found, expires)?)
}
