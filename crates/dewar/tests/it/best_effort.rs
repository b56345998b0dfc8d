//! Best effort: a failed refresh or rewrite does not fail a request that changed nothing.

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::random::{Random, RandomError};
use dewar::{ClientSide, SecretKeys, Session, SessionManager};

use crate::counters::Counters;

const NOW: UnixTime = UnixTime::from_seconds(1_709_210_096);
const KEY: &str = "a key of at least thirty-two bytes, for tests";
const NEW_KEY: &str = "the key after it, of thirty-two bytes or more";

fn sealed(seconds: u64) -> ClientSide {
    let clock = Clock::fixed(NOW.plus(Duration::from_secs(seconds)));
    ClientSide { clock, ..ClientSide::new(SecretKeys::accepting_weak(KEY).unwrap()) }
}

/// Without random numbers nothing can be sealed.
fn unable(settings: ClientSide) -> ClientSide {
    ClientSide { random: Random::from_fn(|_| Err(RandomError::new())), ..settings }
}

async fn cookie_of(settings: ClientSide) -> String {
    let manager = SessionManager::client_side(settings).unwrap();
    let session = manager.open([]).await.unwrap();
    session.insert_value("user", "zoe");
    let reply = manager.save(&session).await.unwrap();
    reply.set_cookie().unwrap().split(';').next().unwrap().to_owned()
}

/// Opens with the cookie, does something, saves: whether the request succeeded, and whether a cookie was set.
async fn request(
    settings: ClientSide,
    cookie: &str,
    handle: impl FnOnce(&Session),
) -> Result<bool, dewar::error::Error> {
    let manager = SessionManager::client_side(settings).unwrap();
    let session = manager.open([cookie.as_bytes()]).await?;
    assert_eq!(session.get::<String>("user").unwrap().as_deref(), Some("zoe"));
    handle(&session);
    Ok(manager.save(&session).await?.set_cookie().is_some())
}

#[test]
fn a_refresh_and_a_new_key_that_fail_are_left_for_another_time_and_counted() {
    let rotated = |seconds| {
        let keys = SecretKeys::accepting_weak(NEW_KEY).unwrap().with_fallback(KEY).unwrap();
        ClientSide { keys, ..sealed(seconds) }
    };
    let counters = Counters::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            let cookie = cookie_of(sealed(0)).await;
            assert!(!request(unable(sealed(1800)), &cookie, |_| ()).await.unwrap(), "a refresh was due");
            assert!(!request(unable(rotated(0)), &cookie, |_| ()).await.unwrap(), "a new key was due");
            assert!(request(rotated(0), &cookie, |_| ()).await.unwrap(), "another time");
            // A change of the request is an error.
            let failed = request(unable(sealed(0)), &cookie, |session| session.insert_value("tea", 1)).await;
            assert_eq!(failed.unwrap_err().status(), 503);
        });
    });
    assert_eq!(counters.value("dewar_session_events_total", "best_effort_skipped"), 2);
}
