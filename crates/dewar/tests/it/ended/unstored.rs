//! Sessions that are not stored yet, or not any more, when a connection begins to wait.

use std::time::Duration;

use dewar::{ClientSide, SecretKeys, Session, SessionManager};

use super::{START, Site, settle};

/// The handler gives its connection a session that its response is going to store.
#[tokio::test]
async fn a_new_session_is_watched_once_it_is_stored() {
    let site = Site::new();
    let session = site.open("").await;
    session.set_owner("user:zoe");
    let connection = site.wait(&session);
    site.loads();
    site.time.pass(20).await;
    assert_eq!((connection.is_open(), site.loads()), (true, 0));
    let reply = site.manager.save(&session).await.unwrap();
    site.time.pass(10).await;
    assert_eq!((connection.is_open(), site.loads()), (true, 1));
    let cookie = reply.set_cookie().unwrap().split(';').next().unwrap().to_owned();
    site.visit(&cookie, Session::destroy).await;
    site.time.pass(5).await;
    assert!(!connection.is_open());
}

#[tokio::test]
async fn one_that_is_never_stored_is_waited_for_and_costs_nothing() {
    let site = Site::new();
    let connection = site.wait(&site.open("").await);
    site.time.pass(60).await;
    assert_eq!((connection.is_open(), site.loads()), (true, 0));
}

#[tokio::test]
async fn one_whose_id_had_ended_has_ended() {
    let site = Site::new();
    let cookie = site.login("user:zoe").await;
    site.visit(&cookie, Session::destroy).await;
    let connection = site.connect(&cookie).await;
    assert!(!connection.is_open());
}

/// A login with an ended id begins a session: that is the one to watch.
#[tokio::test]
async fn one_that_begins_with_an_ended_id_is_watched_once_it_is_stored() {
    let site = Site::new();
    let cookie = site.login("user:zoe").await;
    site.visit(&cookie, Session::destroy).await;
    let session = site.open(&cookie).await;
    session.regenerate_id();
    session.set_owner("user:zoe");
    let connection = site.wait(&session);
    settle().await;
    assert!(connection.is_open());
    site.manager.save(&session).await.unwrap().set_cookie().unwrap();
    site.time.pass(30).await;
    assert!(connection.is_open());
    site.manager.end_sessions_of("user:zoe", None).await.unwrap();
    site.time.pass(5).await;
    assert!(!connection.is_open());
}

#[tokio::test]
async fn one_that_its_own_request_ended_has_ended() {
    let site = Site::new();
    let cookie = site.login("user:zoe").await;
    let session = site.open(&cookie).await;
    session.destroy();
    let _ = site.manager.save(&session).await.unwrap();
    let connection = site.wait(&session);
    settle().await;
    assert!(!connection.is_open());
}

/// The handler gives a session to its connection, and ends it, or gives it to another user.
#[tokio::test]
async fn one_whose_own_request_logs_the_user_out_has_ended() {
    let handlers: [fn(&Session); 4] = [
        Session::log_out,
        Session::clear,
        |session| {
            session.log_out();
            session.flash("Goodbye", "message");
        },
        |session| session.log_in("user:bob"),
    ];
    for handle in handlers {
        let site = Site::new();
        let session = site.open(&site.login("user:zoe").await).await;
        let connection = site.wait(&session);
        handle(&session);
        let _ = site.manager.save(&session).await.unwrap();
        settle().await;
        assert!(!connection.is_open());
    }
}

/// Its first request here moves it: until the response has stored it, nothing here can end it.
#[tokio::test]
async fn one_that_a_previous_manager_stored_is_watched_once_it_is_stored_here() {
    let mut site = Site::new();
    let keys = SecretKeys::accepting_weak("a key of 32 bytes, as sealing asks for").unwrap();
    let previous = ClientSide { clock: site.time.clock(), ..ClientSide::new(keys) };
    let previous = SessionManager::client_side(previous).unwrap();
    let session = previous.open([]).await.unwrap();
    session.log_in("user:zoe");
    let reply = previous.save(&session).await.unwrap();
    let old = reply.set_cookie().unwrap().split(';').next().unwrap().to_owned();

    site.manager = site.manager.migrating_from(previous, START.plus(Duration::from_secs(86_400)));
    let session = site.open(&old).await;
    let connection = site.wait(&session);
    site.time.pass(10).await;
    let reply = site.manager.save(&session).await.unwrap();
    site.time.pass(10).await;
    assert!(connection.is_open());
    let cookie = reply.set_cookie().unwrap().split(';').next().unwrap().to_owned();
    site.visit(&cookie, Session::log_out).await;
    site.time.pass(10).await;
    assert!(!connection.is_open());
}
