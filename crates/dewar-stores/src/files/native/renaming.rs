//! A rename, in one step for everybody else: at any moment one of the two entries counts, also if the machine stops in between.
//!
//! 1. The old entry is written once more: it goes to the new name. It still counts.
//! 2. The new entry is placed: it comes from the old name. It does not count while the old one says that it goes there.
//! 3. The tombstone takes the old one's place, or nothing does. From here on the new one counts.
//!
//! Whoever writes to an old entry that a crash has left at step 1 or 2 first removes the new one: its client never heard of it.

use std::io;

use dewar_core::old::Renamed;
use dewar_core::{Entry, StoreKey};

use super::entry_files::EntryFiles;
use super::name::Name;
use super::record::{Moves, Record};
use crate::files::failed::Failed;
use crate::files::file;

/// Two entries of which the new one takes the old one's place.
pub(super) struct Move<'a> {
    pub(super) old: &'a StoreKey,
    pub(super) from: Name,
    pub(super) to: Name,
    /// What was found under the old name.
    pub(super) found: Record,
    /// What is going to be under the new one.
    pub(super) record: Record,
}

impl EntryFiles {
    /// What counts under a name, be it over or not.
    pub(super) fn counting(&self, name: &Name) -> io::Result<Option<Record>> {
        let Some(record) = self.at(name)? else { return Ok(None) };
        Ok(if self.is_still_to_come(name, &record)? { None } else { Some(record) })
    }

    pub(super) fn rename_to(&self, step: Move<'_>, tombstone: Option<&Entry>) -> Result<Renamed, Failed> {
        let Move { old, from, .. } = &step;
        // Everything is on the disk before anything is seen: a full disk then leaves things as they were.
        let tombstone = tombstone.map(|tombstone| self.tombstone(old, from, tombstone)).transpose()?;
        let revision = step.record.revision();
        self.announce(&step)?;
        let done = self.clear(from, tombstone);
        if matches!(done, Err(Failed::Refused(_) | Failed::Unable(_))) {
            // It does not count, but takes room.
            let _ = self.clear(&step.to, None);
        }
        done.map(|()| Renamed::Renamed(revision))
    }

    /// The first two steps. If they fail, nothing was done that counts.
    fn announce(&self, step: &Move<'_>) -> Result<(), Failed> {
        let Move { from, to, found, record, .. } = step;
        let coming = self.draft(to, &Record { moves: Some(Moves::From(from.clone())), ..record.clone() })?;
        let going = self.draft(from, &Record { moves: Some(Moves::To(to.clone())), ..found.clone() })?;
        if let Some(owner) = &record.owner {
            self.index.add(&Name::of(owner), to, self.is_durable)?;
        }
        for (name, draft) in [(from, going), (to, coming)] {
            self.clear(name, Some(draft)).map_err(Failed::before_a_change)?;
        }
        Ok(())
    }

    /// Under the lock of an entry that may say where it goes: it stays, and what should have come after it is removed.
    pub(super) fn settle(&self, from: &Name, found: &Record) -> Result<(), Failed> {
        let Some(Moves::To(to)) = &found.moves else { return Ok(()) };
        if self.at(to)?.is_some_and(|heir| heir.moves == Some(Moves::From(from.clone()))) {
            // Nobody else writes to it: it counts for nobody. Its owner's index names it in vain.
            self.clear(to, None).map_err(Failed::before_a_change)?;
        }
        Ok(())
    }

    /// Whether an entry comes from another that still counts.
    pub(super) fn is_still_to_come(&self, name: &Name, record: &Record) -> io::Result<bool> {
        let Some(Moves::From(old)) = &record.moves else { return Ok(false) };
        let old = file::read(&self.entries.join(old.shard()).join(old.as_str()))?;
        let goes_here = |old: Record| old.moves == Some(Moves::To(name.clone()));
        Ok(matches!(old, file::Found::Bytes(bytes) if Record::from_bytes(&bytes).is_some_and(goes_here)))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU8;
    use std::time::Duration;

    use dewar_core::Revision;
    use dewar_core::clock::UnixTime;
    use tempfile::TempDir;

    use super::super::entry_file::record;
    use super::super::folder;
    use super::super::locks::Held;
    use super::super::sweep::Over;
    use dewar_core::old::{Created, Swapped};

    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    /// A folder in which a rename from `old` to `new` was interrupted before its last step.
    struct Crashed {
        files: EntryFiles,
        seen: Revision,
        _folder: TempDir,
    }

    impl Crashed {
        async fn new() -> Self {
            let folder = TempDir::new().unwrap();
            folder::claim(folder.path()).unwrap();
            let files = EntryFiles::new(folder.path());
            let [old, new] = ["old", "new"].map(StoreKey::new);
            let [from, to] = ["old", "new"].map(Name::of);
            let held = hold(&files, "ann", &["old", "new"]).await;
            let Created::Created(seen) = files.create(&old, &entry(60), &held, NOW).unwrap() else {
                panic!()
            };
            let found = files.live(&from, NOW).unwrap().unwrap();
            let record = record(&new, &entry(600), found.place).unwrap();
            files.announce(&Move { old: &old, from, to, found, record }).unwrap();
            Self { files, seen, _folder: folder }
        }

        async fn hold(&self) -> Held {
            hold(&self.files, "ann", &["old", "new", "newer"]).await
        }

        /// The keys of those that are live, and of those that their owner is shown.
        async fn live(&self, now: UnixTime) -> (Vec<&'static str>, Vec<String>) {
            let mut live = vec!["old", "new", "newer"];
            live.retain(|key| self.files.load(&StoreKey::new(*key), None, now).unwrap().is_some());
            let wanted = self.files.locks.want(Some(&Name::of("ann")), &[]).await.unwrap();
            let _held = self.files.locks.hold(wanted).unwrap();
            let shown = self.files.of(&Name::of("ann"), now).unwrap();
            (live, shown.into_iter().map(|(key, _)| key.as_str().to_owned()).collect())
        }

        async fn assert_live(&self, keys: &[&'static str], now: UnixTime) {
            let (live, shown) = self.live(now).await;
            assert_eq!(live, keys);
            assert_eq!(shown, keys, "what its owner is shown");
        }
    }

    async fn hold(files: &EntryFiles, owner: &str, keys: &[&str]) -> Held {
        let names: Vec<_> = keys.iter().map(|key| Name::of(key)).collect();
        let names: Vec<_> = names.iter().collect();
        files.locks.hold(files.locks.want(Some(&Name::of(owner)), &names).await.unwrap()).unwrap()
    }

    fn entry(seconds: u64) -> Entry {
        let expires = NOW.plus(Duration::from_secs(seconds));
        Entry { owner: Some("ann".to_owned()), ..Entry::new("x", Some(expires)) }
    }

    fn later(seconds: u64) -> UnixTime {
        NOW.plus(Duration::from_secs(seconds))
    }

    #[tokio::test]
    async fn a_login_that_a_crash_interrupts_leaves_one_session_with_one_id() {
        Crashed::new().await.assert_live(&["old"], NOW).await;
    }

    #[tokio::test]
    async fn whatever_happens_to_the_old_session_the_new_one_does_not_come_up() {
        let (old, newer) = (StoreKey::new("old"), StoreKey::new("newer"));

        let crashed = Crashed::new().await;
        let held = crashed.hold().await;
        let swapped = crashed.files.swap(&old, &crashed.seen, &entry(60), &held, NOW).unwrap();
        assert!(matches!(swapped, Swapped::Swapped(_)));
        drop(held);
        crashed.assert_live(&["old"], NOW).await;

        let crashed = Crashed::new().await;
        let held = crashed.hold().await;
        assert!(crashed.files.touch(&old, later(90), NOW).unwrap());
        assert!(crashed.files.remove(&old, Some(&Entry::new("gone", Some(later(60)))), NOW).unwrap());
        drop(held);
        let (live, shown) = crashed.live(NOW).await;
        assert_eq!((live, shown.len()), (vec!["old"], 0), "the tombstone alone");

        let crashed = Crashed::new().await;
        let held = crashed.hold().await;
        let renamed = crashed.files.rename([&old, &newer], &crashed.seen, &entry(60), None, &held, NOW);
        assert!(matches!(renamed.unwrap(), Renamed::Renamed(_)));
        drop(held);
        crashed.assert_live(&["newer"], NOW).await;

        let crashed = Crashed::new().await;
        crashed.assert_live(&[], later(60)).await;
        let what = Over { prefix: "", now: later(60) };
        assert_eq!(crashed.files.sweep(&AtomicU8::new(0), &what, 9).unwrap(), 1);
        crashed.assert_live(&[], later(60)).await;

        let crashed = Crashed::new().await;
        let held = crashed.hold().await;
        let made = crashed.files.create(&old, &entry(120), &held, later(60)).unwrap();
        assert!(matches!(made, Created::Created(_)), "over, and made anew");
        drop(held);
        crashed.assert_live(&["old"], later(60)).await;

        let crashed = Crashed::new().await;
        let held = hold(&crashed.files, "ann", &[]).await;
        assert_eq!(crashed.files.remove_all(&Name::of("ann"), None, NOW).unwrap(), 1);
        drop(held);
        crashed.assert_live(&[], NOW).await;
    }

    #[tokio::test]
    async fn it_can_be_repeated_to_the_same_id() {
        let crashed = Crashed::new().await;
        let held = crashed.hold().await;
        let [old, new] = ["old", "new"].map(StoreKey::new);
        let renamed = crashed.files.rename([&old, &new], &crashed.seen, &entry(60), None, &held, NOW);
        assert!(matches!(renamed.unwrap(), Renamed::Renamed(_)));
        drop(held);
        crashed.assert_live(&["new"], NOW).await;
    }
}
