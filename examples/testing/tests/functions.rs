//! Functions that take a session are called with a new one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use dewar::store::Memory;
use dewar::{ServerSide, SessionManager};
use testing::visits::count;

fn manager() -> SessionManager {
    SessionManager::server_side(ServerSide::new("test", Memory::new())).unwrap()
}

#[tokio::test]
async fn visits_are_counted() {
    let session = manager().open([]).await.unwrap();
    assert_eq!(count(&session).unwrap(), 1);
    assert_eq!(count(&session).unwrap(), 2);
}

#[tokio::test]
async fn something_else_is_an_error() {
    let session = manager().open([]).await.unwrap();
    session.insert("visits", "many").unwrap();
    assert!(count(&session).is_err());
}

/// Two requests at the same moment, without a race: both sessions are open before one is saved.
#[tokio::test]
async fn of_two_visits_at_the_same_moment_both_count() {
    let manager = manager();
    let session = manager.open([]).await.unwrap();
    count(&session).unwrap();
    let reply = manager.save(&session).await.unwrap();
    let cookie = reply.set_cookie().unwrap().split(';').next().unwrap();

    let one = manager.open([cookie.as_bytes()]).await.unwrap();
    let other = manager.open([cookie.as_bytes()]).await.unwrap();
    for session in [one, other] {
        count(&session).unwrap();
        let _ = manager.save(&session).await.unwrap();
    }
    let session = manager.open([cookie.as_bytes()]).await.unwrap();
    assert_eq!(session.get::<u32>("visits").unwrap(), Some(3));
}
