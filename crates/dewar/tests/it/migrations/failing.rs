//! Failures during a migration: the request continues, and no user is logged out.

use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use dewar::Session;
use dewar::error::ErrorKind;
use dewar::store::StoreError;

use super::jar::{Jar, login, logout};
use super::kinds::{KINDS, Kind, NOW, UNTIL};
use super::logged_in;
use crate::counters::Counters;
use crate::hooked_store::{Call, Hook, HookedStore};

/// Switches a store off, for writes or for everything, or loses the answer to the next write.
#[derive(Debug, Default)]
struct Switch {
    no_writes: AtomicBool,
    nothing: AtomicBool,
    loses_answer: AtomicBool,
}

type SwitchedStore = HookedStore<Switch>;

impl Hook for Switch {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        tokio::task::yield_now().await;
        let is_read = matches!(call, Call::Load | Call::ListOwner);
        let is_off =
            self.nothing.load(Ordering::Relaxed) || !is_read && self.no_writes.load(Ordering::Relaxed);
        if is_off { Err(StoreError::no_answer("off")) } else { Ok(()) }
    }

    async fn after(&self, call: Call<'_>) -> Result<(), StoreError> {
        let is_lost = matches!(call, Call::Write(_)) && self.loses_answer.swap(false, Ordering::Relaxed);
        if is_lost { Err(StoreError::no_answer("lost")) } else { Ok(()) }
    }
}

fn counted(request: impl Future<Output = ()>) -> u64 {
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || runtime.block_on(request));
    counters.value("dewar_session_events_total", "best_effort_skipped")
}

/// Flask compresses, sealed cookies do not.
#[test]
fn a_session_that_does_not_fit_the_new_cookie_stays_in_the_old_one() {
    let skipped = counted(async {
        let previous = Kind::Flask.manager(NOW);
        let present = Kind::Sealed.manager(NOW).migrating_from(previous.clone(), UNTIL);
        let mut jar = logged_in(&previous).await;
        jar.visit(&previous, |session| session.insert_value("text", "tea ".repeat(2000).as_str()))
            .await
            .unwrap();
        let before = jar.header();
        for _ in 0..3 {
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"));
            assert_eq!(jar.header(), before);
        }
        // A change of this request cannot be stored, and is an error.
        let failed = jar.visit(&present, |session| session.insert_value("tea", 1)).await.unwrap_err();
        assert!(matches!(failed.kind(), ErrorKind::TooLarge { .. }), "{failed}");
        // It fits again, and moves.
        jar.visit(&present, |session| session.remove("text")).await.unwrap();
        assert_eq!(jar.names(), ["__Host-session"]);
        assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"));
    });
    assert_eq!(skipped, 3);
}

/// A number of Python that MessagePack cannot write.
#[test]
fn a_value_that_the_new_format_cannot_write_stays_in_the_old_one() {
    let skipped = counted(async {
        let previous = Kind::Flask.manager(NOW);
        let present = Kind::FlaskSession.manager(NOW).migrating_from(previous.clone(), UNTIL);
        let mut jar = logged_in(&previous).await;
        let big: dewar::value::BigInt = "1180591620717411303424".parse().unwrap();
        jar.visit(&previous, |session| session.insert_value("big", dewar::value::Value::BigInt(big)))
            .await
            .unwrap();
        assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"));
        assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"));
    });
    assert_eq!(skipped, 2);
}

#[test]
fn a_new_store_that_is_down_logs_no_user_out() {
    for from in KINDS {
        for to in [Kind::Native, Kind::FlaskSession] {
            let skipped = counted(async {
                let (previous, store) = (from.manager(NOW), Arc::new(SwitchedStore::default()));
                let present = to.in_store(NOW, store.clone()).migrating_from(previous.clone(), UNTIL);
                let mut jar = logged_in(&previous).await;
                let before = jar.header();
                store.hook.no_writes.store(true, Ordering::Relaxed);
                assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?}");
                assert_eq!(jar.header(), before);
                let changed = jar.visit(&present, |session| session.insert_value("tea", 1)).await;
                assert_eq!(changed.unwrap_err().status(), 503);
                store.hook.nothing.store(true, Ordering::Relaxed);
                assert_eq!(jar.visit(&present, |_: &Session| ()).await.unwrap_err().status(), 503);
                assert_eq!(jar.header(), before);
                store.hook.nothing.store(false, Ordering::Relaxed);
                store.hook.no_writes.store(false, Ordering::Relaxed);
                assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?}");
                assert_ne!(jar.header(), before);
                assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?}");
            });
            assert_eq!(skipped, 1, "{from:?} {to:?}");
        }
    }
}

/// The session is stored here, and cannot be ended there: the client keeps its old cookie, which leads here.
#[test]
fn an_old_store_that_refuses_writes_loses_nothing() {
    for from in [Kind::Native, Kind::FlaskSession] {
        for to in [Kind::Native, Kind::FlaskSession] {
            let skipped = counted(async {
                let old = Arc::new(SwitchedStore::default());
                let previous = from.in_store(NOW, old.clone());
                let present = to.manager(NOW).migrating_from(previous.clone(), UNTIL);
                let mut jar = logged_in(&previous).await;
                let mut copied = jar.clone();
                old.hook.no_writes.store(true, Ordering::Relaxed);
                for n in 1..4_u8 {
                    let count = |session: &Session| {
                        session.update("n", |n: Option<u8>| n.unwrap_or(0) + 1).unwrap();
                        session.get::<u8>("n").unwrap()
                    };
                    assert_eq!(jar.visit(&present, count).await.unwrap(), Some(n), "{from:?} {to:?}");
                    assert_eq!(jar.header(), copied.header());
                }
                old.hook.no_writes.store(false, Ordering::Relaxed);
                assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"));
                assert_ne!(jar.header(), copied.header());
                jar.visit(&present, logout).await.unwrap();
                assert_eq!(copied.user(&previous).await, None, "{from:?} {to:?}");
            });
            assert_eq!(skipped, 3, "{from:?} {to:?}");
        }
    }
}

/// The previous session is ended while a request migrates it.
#[tokio::test]
async fn an_old_store_whose_answer_is_lost_logs_no_user_out() {
    for from in [Kind::Native, Kind::FlaskSession] {
        for to in KINDS {
            let old = Arc::new(SwitchedStore::default());
            let previous = from.in_store(NOW, old.clone());
            let present = to.manager(NOW).migrating_from(previous.clone(), UNTIL);
            let mut jar = logged_in(&previous).await;
            old.hook.loses_answer.store(true, Ordering::Relaxed);
            jar.visit(&present, |session| session.insert_value("tea", 1)).await.unwrap();
            for _ in 0..2 {
                assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?}");
            }
            let tea = jar.visit(&present, |session| session.get::<u8>("tea").unwrap()).await.unwrap();
            assert_eq!(tea, Some(1), "{from:?} {to:?}");
            assert_eq!(jar.names(), [present.cookie_name()], "{from:?} {to:?}");
            assert!(!old.hook.loses_answer.load(Ordering::Relaxed), "{from:?} {to:?}");
        }
    }
}

/// The second one begins when the first has not stored the session yet.
#[tokio::test]
async fn a_session_that_moves_while_it_is_saved_twice_logs_no_user_out() {
    for from in [Kind::Native, Kind::FlaskSession] {
        for to in [Kind::Native, Kind::FlaskSession] {
            let previous = from.in_store(NOW, Arc::new(SwitchedStore::default()));
            let present =
                to.in_store(NOW, Arc::new(SwitchedStore::default())).migrating_from(previous.clone(), UNTIL);
            let mut jar = logged_in(&previous).await;
            let session = present.open([jar.header().as_bytes()]).await.unwrap();
            let (one, other) = tokio::join!(present.save(&session), present.save(&session));
            let (one, other) = (one.unwrap(), other.unwrap());
            jar.receive(one.set_cookies());
            jar.receive(other.set_cookies());
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?}");
        }
    }
}

/// One of two parallel first requests is held up after each step, until the other one is done.
#[tokio::test]
async fn first_requests_that_overtake_each_other_log_no_user_out() {
    for from in [Kind::Native, Kind::FlaskSession] {
        for (to, steps) in
            [Kind::Native, Kind::FlaskSession].into_iter().flat_map(|to| (0..8).map(move |n| (to, n)))
        {
            let previous = from.in_store(NOW, Arc::new(SwitchedStore::default()));
            let present =
                to.in_store(NOW, Arc::new(SwitchedStore::default())).migrating_from(previous.clone(), UNTIL);
            let mut jar = logged_in(&previous).await;
            let slow = present.open([jar.header().as_bytes()]).await.unwrap();
            let fast = present.open([jar.header().as_bytes()]).await.unwrap();
            slow.insert_value("tea", 1);
            let mut save = Box::pin(present.save(&slow));
            let mut saved = Poll::Pending;
            for _ in 0..steps {
                if saved.is_pending() {
                    saved = poll_fn(|context| Poll::Ready(save.as_mut().poll(context))).await;
                }
            }
            jar.receive(present.save(&fast).await.unwrap().set_cookies());
            let saved = if let Poll::Ready(saved) = saved { saved } else { save.await };
            jar.receive(saved.unwrap().set_cookies());
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?} {steps}");
            let tea = jar.visit(&present, |session| session.get::<u8>("tea").unwrap()).await.unwrap();
            assert_eq!(tea, Some(1), "{from:?} {to:?} {steps}");
        }
    }
}

/// The client loses all its cookies, and the response says that the session still exists.
#[tokio::test]
async fn a_logout_that_fails_in_the_old_store_is_reported_and_removes_all_cookies() {
    for to in KINDS {
        let old = Arc::new(SwitchedStore::default());
        let previous = Kind::FlaskSession.in_store(NOW, old.clone());
        let present = to.manager(NOW).migrating_from(previous.clone(), UNTIL);
        let jar = logged_in(&previous).await;
        old.hook.no_writes.store(true, Ordering::Relaxed);
        let failed = jar.ask(&present, logout).await.unwrap_err();
        assert_eq!(failed.status(), 503, "{to:?}");
        let mut jar = jar;
        jar.receive(failed.set_cookies());
        assert!(jar.names().is_empty(), "{to:?}");
    }
}

#[tokio::test]
async fn a_login_on_the_first_request_ends_the_old_id() {
    for from in [Kind::Native, Kind::FlaskSession] {
        for to in KINDS {
            let previous = from.manager(NOW);
            let present = to.manager(NOW).migrating_from(previous.clone(), UNTIL);
            let mut jar = Jar::default();
            jar.visit(&previous, |session| session.insert_value("cart", 1)).await.unwrap();
            let mut old = jar.clone();
            jar.visit(&present, login).await.unwrap();
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?}");
            let cart = old.visit(&previous, |session| session.get::<u8>("cart").unwrap()).await.unwrap();
            assert_eq!(cart, None, "{from:?} {to:?}");
            assert_eq!(old.user(&present).await, None, "{from:?} {to:?}");
        }
    }
}
