//! A logout on a full disk ends the session, and writes go on when there is space again.

use std::sync::Arc;

use dewar::clock::UnixTime;
use dewar::store::{Entry, Store, StoreErrorKind, StoreKey, Write, WriteOutcome};
use dewar_stores::Filesystem;
use dewar_stores::cachelib::{Cachelib, CachelibOptions};
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, Synchronous};

use crate::small_disk::SmallDisk;

const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);
const LATER: UnixTime = UnixTime::from_seconds(1_709_310_096);

/// Each store on a separate full disk; none where no disk can be mounted.
fn stores() -> [(&'static str, Open); 4] {
    [
        ("files", Box::new(|disk| Arc::new(Filesystem::open(disk.path().join("sessions")).unwrap()))),
        (
            "cachelib",
            Box::new(|disk| Arc::new(Cachelib::open(disk.path(), CachelibOptions::default()).unwrap())),
        ),
        (
            "sqlite",
            Box::new(|disk| Arc::new(Sqlite::open(disk.path().join("own.db"), Synchronous::Full).unwrap())),
        ),
        (
            "sqlalchemy",
            Box::new(|disk| {
                let file = disk.path().join("flask.db");
                Arc::new(SqlAlchemy::open(file, SqlAlchemy::TABLE, Synchronous::Full).unwrap())
            }),
        ),
    ]
}

type Open = Box<dyn Fn(&SmallDisk) -> Arc<dyn Store>>;

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

#[tokio::test]
async fn a_session_ends_without_room_for_its_tombstone() {
    for (name, open) in stores() {
        let Some(disk) = SmallDisk::mount("6m") else { return };
        let store = open(&disk);
        for key in ["a", "b", "c"].map(key) {
            let created =
                store.write(Write::create(&key, &Entry::new(vec![1; 3000], Some(LATER))), NOW).await.unwrap();
            assert!(matches!(created, WriteOutcome::Saved(_)), "{name}");
        }
        disk.fill();
        let seen = store.load(&key("a"), None, NOW).await.unwrap().unwrap().revision;
        let big = Entry::new(vec![9; 2 << 20], Some(LATER));
        let refused = store.write(Write::swap(&key("a"), &seen, &big), NOW).await.unwrap_err();
        assert_eq!(refused.kind(), StoreErrorKind::Refused, "{name}");
        assert_eq!(
            store.write(Write::remove(&key("a"), Some(&big)), NOW).await.unwrap(),
            WriteOutcome::Removed,
            "{name}"
        );
        assert_eq!(store.load(&key("a"), None, NOW).await.unwrap(), None, "{name}");
        let seen = store.load(&key("b"), None, NOW).await.unwrap().unwrap().revision;
        let swapped = store.write(Write::swap(&key("b"), &seen, &Entry::expired(NOW)), NOW).await.unwrap();
        assert!(matches!(swapped, WriteOutcome::Saved(_)), "{name}: to an expired entry");
        assert_eq!(store.load(&key("b"), None, NOW).await.unwrap(), None, "{name}");
        let seen = store.load(&key("c"), None, NOW).await.unwrap().unwrap().revision;
        disk.make_room();
        let saved = store.write(Write::swap(&key("c"), &seen, &big), NOW).await.unwrap();
        assert!(matches!(saved, WriteOutcome::Saved(_)), "{name}: there is space again");
    }
}
