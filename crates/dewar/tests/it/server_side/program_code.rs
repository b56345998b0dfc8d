//! Code of the program runs without the session's lock: it may use the session itself, and wait for other threads that do.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use dewar::clock::Clock;
use dewar::value::Value;
use dewar::{ClientSide, SecretKeys, ServerSide, Session, SessionManager};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Request, START, Site};

async fn request() -> Request {
    let site = Site::new(|s| s);
    let cookie = site.visit("", |s| s.insert_value("list", Value::List(vec![1.into()]))).await;
    site.request(&cookie).await
}

/// What another thread does to the session while this one waits for it. Fails if the session is locked.
fn elsewhere<T: Send + 'static>(session: &Session, action: impl FnOnce(&Session) -> T + Send + 'static) -> T {
    let (session, (done, result)) = (session.clone(), mpsc::channel());
    std::thread::spawn(move || done.send(action(&session)));
    result.recv_timeout(Duration::from_secs(20)).expect("the session is locked")
}

#[tokio::test]
async fn a_read_sees_the_data_as_they_were_and_may_change_the_session() {
    let session = request().await.session;
    session.read(|data| {
        session.insert_value("here", 1);
        elsewhere(&session, |s| s.insert_value("elsewhere", 2));
        session.edit(|data| _ = data.remove("list"));
        assert_eq!(data.keys().map(ToString::to_string).collect::<Vec<_>>(), ["list"]);
    });
    assert_eq!(session.keys(), ["here", "elsewhere"]);
}

#[tokio::test]
async fn an_edit_leaves_what_was_changed_meanwhile() {
    let request = request().await;
    let session = &request.session;
    session.edit(|data| {
        session.insert_value("here", 1);
        elsewhere(session, |s| s.insert_value("elsewhere", 2));
        session.insert_value("both", "lost");
        data.insert("both", "edited");
    });
    let _ = request.end().await;
    let seen = |key| session.get_value(key);
    assert_eq!(
        (seen("here"), seen("elsewhere"), seen("both")),
        (Some(1.into()), Some(2.into()), Some("edited".into()))
    );
}

#[tokio::test]
async fn an_update_runs_again_if_its_key_was_changed_meanwhile() {
    let session = request().await.session;
    let within = session.clone();
    session
        .update("n", move |n: Option<i64>| {
            if within.get_value("tries").is_none_or(|tries| tries != 3.into()) {
                within.update("tries", |tries: Option<i64>| tries.unwrap_or(0) + 1).unwrap();
                elsewhere(&within, move |s| s.insert_value("n", n.unwrap_or(0) + 10));
            }
            n.unwrap_or(0) + 1
        })
        .unwrap();
    assert_eq!(session.get_value("n"), Some(31.into()));
}

#[tokio::test]
async fn an_update_that_changes_its_own_key_each_time_is_an_error() {
    let session = request().await.session;
    let within = session.clone();
    let update = session.update("n", move |n: Option<i64>| {
        within.insert_value("n", n.unwrap_or(0) + 1);
        0
    });
    assert!(update.unwrap_err().to_string().contains("changed each time the function of the update ran"));
    assert_ne!(session.get_value("n"), Some(0.into()));
}

#[tokio::test]
async fn threads_that_update_one_key_count_every_time() {
    let session = request().await.session;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..250 {
                    session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap();
                }
            });
        }
    });
    assert_eq!(session.get_value("n"), Some(1000.into()));
}

/// The function runs again in the save, on what the other request has stored.
#[tokio::test]
async fn an_update_in_a_save_may_use_the_session() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", |s| s.insert_value("n", 1)).await;
    let (slow, fast) = (site.request(&cookie).await, site.request(&cookie).await);
    let (within, runs) = (slow.session.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&runs);
    slow.session
        .update("n", move |n: Option<i64>| {
            if counted.fetch_add(1, Ordering::Relaxed) == 1 {
                assert_eq!(within.get_value("n"), Some(2.into()), "the session as this request left it");
                within.insert_value("here", 1);
                elsewhere(&within, |s| s.insert_value("elsewhere", 2));
                within.update("m", |m: Option<i64>| m.unwrap_or(10) + 1).unwrap();
            }
            n.unwrap_or(0) + 1
        })
        .unwrap();
    fast.session.insert_value("n", 5);
    fast.session.insert_value("m", 20);
    let _ = (fast.end().await, slow.end().await);
    assert_eq!(runs.load(Ordering::Relaxed), 2);
    assert!(!slow.session.is_modified(), "what the function changed is saved, too");
    let stored = site.request(&cookie).await.session;
    let values = ["n", "here", "elsewhere", "m"].map(|key| stored.get::<i64>(key).unwrap());
    assert_eq!(values, [Some(6), Some(1), Some(2), Some(21)]);
}

thread_local!(static IN_USE: RefCell<Option<Session>> = const { RefCell::new(None) });

/// A type that uses the session when it is read and written.
#[derive(Debug, PartialEq)]
struct Curious(Vec<i64>);

fn look_at_the_session() {
    let session = IN_USE.with_borrow(Clone::clone).unwrap();
    assert!(elsewhere(&session, |s| s.contains("list")));
    assert!(session.contains("list"));
}

impl Serialize for Curious {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        look_at_the_session();
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Curious {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        look_at_the_session();
        Vec::deserialize(deserializer).map(Self)
    }
}

#[tokio::test]
async fn serde_implementations_may_use_the_session() {
    let session = request().await.session;
    IN_USE.set(Some(session.clone()));
    assert_eq!(session.get::<Curious>("list").unwrap(), Some(Curious(vec![1])));
    session.insert("list", Curious(vec![2])).unwrap();
    session.update("list", |list: Option<Curious>| list).unwrap();
    assert_eq!(session.get::<Curious>("list").unwrap(), Some(Curious(vec![2])));
    IN_USE.set(None);
}

/// A clock that uses the session whenever it is read.
fn curious_clock() -> Clock {
    Clock::from_fn(|| {
        if let Some(session) = IN_USE.with_borrow(Clone::clone) {
            elsewhere(&session, Session::is_modified);
        }
        START
    })
}

#[tokio::test]
async fn a_clock_may_use_the_session() {
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let in_cookies = ClientSide { clock: curious_clock(), ..ClientSide::new(keys) };
    let settings = |settings: ServerSide| ServerSide { clock: curious_clock(), ..settings };
    for manager in [
        Site::new(settings).manager,
        Site::flask(settings).manager,
        SessionManager::client_side(in_cookies).unwrap(),
    ] {
        let session = manager.open([]).await.unwrap();
        IN_USE.set(Some(session.clone()));
        session.set_permanent(true);
        session.insert_value("n", 1);
        assert!(manager.save(&session).await.unwrap().set_cookie().is_some());
        session.regenerate_id();
        assert!(manager.save(&session).await.unwrap().set_cookie().is_some());
        session.destroy();
        let _ = manager.save(&session).await.unwrap();
        IN_USE.set(None);
    }
}

/// A value that a function has captured, and that uses the session when it is dropped.
struct Farewell(Session);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.insert_value("farewells", self.0.get::<i64>("farewells").unwrap().unwrap_or(0) + 1);
    }
}

#[tokio::test]
async fn destructors_of_what_functions_have_captured_may_use_the_session() {
    let request = request().await;
    let session = &request.session;
    let update = |key: &str| {
        let farewell = Farewell(session.clone());
        session.update(key, move |n: Option<i64>| farewell.0.len() as i64 + n.unwrap_or(0)).unwrap();
    };
    update("a");
    session.insert_value("a", 1); // the function is not to run again
    assert_eq!(session.get_value("farewells"), Some(1.into()));
    update("b");
    let _ = request.end().await; // what it computed is stored
    assert_eq!(session.get_value("farewells"), Some(2.into()));
    update("c");
    session.clear();
    assert_eq!(session.get_value("farewells"), Some(1.into()));
}

#[tokio::test]
async fn a_session_that_its_own_update_has_captured_is_freed() {
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let in_cookies = SessionManager::client_side(ClientSide::new(keys)).unwrap();
    for manager in [in_cookies, Site::new(|s| s).manager, Site::flask(|s| s).manager] {
        let session = manager.open([]).await.unwrap();
        let (within, captured) = (session.clone(), Arc::new(()));
        let alive = Arc::downgrade(&captured);
        session
            .update("n", move |n: Option<usize>| {
                let _ = &captured;
                within.len() + n.unwrap_or(0)
            })
            .unwrap();
        assert!(manager.save(&session).await.unwrap().set_cookie().is_some());
        manager.mark_response_sent(&session);
        drop(session);
        assert!(alive.upgrade().is_none(), "{manager:?}");
    }
}
