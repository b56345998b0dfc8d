//! Stores that need no runtime: a plain thread may wait for them.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use dewar::clock::UnixTime;
use dewar::store::{Entry, Store, StoreKey, Write, WriteOutcome};
use dewar_stores::sqlite::{SqlAlchemy, Sqlite, Synchronous};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Blocks this thread until the future is ready.
fn wait<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

#[test]
fn sqlite_needs_no_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let own = Sqlite::open(folder.path().join("own.db"), Synchronous::Normal).unwrap();
    let flask =
        SqlAlchemy::open(folder.path().join("flask.db"), SqlAlchemy::TABLE, Synchronous::Normal).unwrap();
    let stores: [Box<dyn Store>; 2] = [Box::new(own), Box::new(flask)];
    let (now, key) = (UnixTime::from_seconds(1_709_210_096), StoreKey::new("session:1"));
    for store in stores {
        let entry = Entry::new(&b"tea"[..], Some(now.plus(std::time::Duration::from_secs(60))));
        assert!(matches!(
            wait(store.write(Write::create(&key, &entry), now)).unwrap(),
            WriteOutcome::Saved(_)
        ));
        assert_eq!(&wait(store.load(&key, None, now)).unwrap().unwrap().payload[..], b"tea");
        assert_eq!(wait(store.write(Write::remove(&key, None), now)).unwrap(), WriteOutcome::Removed);
        assert!(wait(store.load(&key, None, now)).unwrap().is_none());
    }
}
