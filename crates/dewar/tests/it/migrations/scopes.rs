//! The cookie gets another `Domain` or `Path`: the browser then has two of the same name.

use std::sync::Arc;
use std::time::Duration;

use dewar::clock::Clock;
use dewar::store::Memory;
use dewar::{ClientSide, CookiePolicy, ServerSide, SessionManager};

use super::jar::{Jar, login, logout};
use super::kinds::{Kind, NOW, UNTIL, client_side, keys, server_side};
use super::logged_in;

/// From the old scope to the new one, and back.
const PLACES: [(Option<&str>, &str); 4] =
    [(None, "/"), (Some("example.com"), "/"), (None, "/shop"), (Some("example.com"), "/shop")];

/// A manager whose cookie has this scope.
fn manager(
    kind: Kind,
    store: &Arc<Memory>,
    (domain, path): (Option<&str>, &str),
    seconds: u64,
) -> SessionManager {
    let cookie = CookiePolicy {
        domain: domain.map(str::to_owned),
        path: Some(path.to_owned()),
        ..CookiePolicy::flask()
    };
    let clock = Clock::fixed(NOW.plus(Duration::from_secs(seconds)));
    let store = store.clone();
    match kind {
        Kind::Flask => client_side(ClientSide { cookie, clock, ..ClientSide::flask(keys()) }),
        Kind::Sealed => client_side(ClientSide { cookie, clock, ..ClientSide::new(keys()) }),
        Kind::Native => server_side(ServerSide { cookie, clock, ..ServerSide::new("shop", store) }),
        Kind::FlaskSession => server_side(ServerSide { cookie, clock, ..ServerSide::flask(store) }),
    }
}

/// The change, the previous manager, and the current one `seconds` later.
fn changes(seconds: u64) -> Vec<(String, SessionManager, SessionManager)> {
    let mut changes = Vec::new();
    for kind in super::kinds::KINDS {
        for from in PLACES {
            for to in PLACES.into_iter().filter(|to| *to != from) {
                let store = Arc::new(Memory::new());
                let previous = manager(kind, &store, from, 0);
                let present = manager(kind, &store, to, seconds)
                    .migrating_from(manager(kind, &store, from, seconds), UNTIL);
                changes.push((
                    format!("{kind:?} from {from:?} to {to:?} after {seconds} s"),
                    previous,
                    present,
                ));
            }
        }
    }
    changes
}

#[tokio::test]
async fn after_the_place_of_a_cookie_changed_the_session_goes_on_and_ends_at_a_logout() {
    for seconds in [0, 5] {
        for (what, previous, present) in changes(seconds) {
            let mut jar = logged_in(&previous).await;
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{what}");
            for n in 1..4 {
                let count = jar.visit(&present, |session| {
                    session.update("n", |n: Option<u8>| n.unwrap_or(0) + 1).unwrap();
                    session.get::<u8>("n").unwrap()
                });
                assert_eq!(count.await.unwrap(), Some(n), "{what}: frozen");
            }
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{what}");
            jar.visit(&present, logout).await.unwrap();
            assert!(jar.names().is_empty(), "{what}: {jar:?}");
            assert_eq!(jar.user(&present).await, None, "{what}");
        }
    }
}

/// A browser may have both: the response that removed the old one was lost, or it was set meanwhile by a server not yet replaced.
#[tokio::test]
async fn of_two_cookies_the_newest_counts_and_the_other_is_removed() {
    for seconds in [1, 5] {
        for (what, previous, present) in changes(seconds) {
            let mut jar = Jar::default();
            let old = jar.ask(&previous, |session| session.insert_value("user", "old")).await.unwrap().1;
            let new = jar.ask(&present, login).await.unwrap().1;
            jar.receive(old.set_cookies());
            jar.receive(new.set_cookie());
            assert_eq!(jar.names().len(), 2, "{what}");
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{what}");
            assert_eq!(jar.names().len(), 1, "{what}: the older one is removed when it is seen");
            assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{what}");
        }
    }
}

#[tokio::test]
async fn a_logout_with_both_cookies_ends_both_sessions() {
    for (what, previous, present) in changes(5) {
        let mut jar = Jar::default();
        let old = jar.ask(&previous, |session| session.insert_value("user", "old")).await.unwrap().1;
        let new = jar.ask(&present, login).await.unwrap().1;
        jar.receive(old.set_cookies());
        jar.receive(new.set_cookie());
        let mut copied = jar.clone();
        jar.visit(&present, logout).await.unwrap();
        assert!(jar.names().is_empty(), "{what}: {jar:?}");
        if !what.starts_with("Flask from") && !what.starts_with("Sealed") {
            assert_eq!(copied.user(&present).await, None, "{what}");
        }
    }
}
