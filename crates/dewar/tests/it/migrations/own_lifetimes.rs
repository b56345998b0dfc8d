//! Migrated sessions that have their own lifetime.

use std::time::Duration;

use dewar::Session;
use dewar::lifetime::Timeouts;

use super::jar::login;
use super::kinds::{Kind, NOW, UNTIL, moves};
use super::{Jar, pair};

fn has_room(kind: Kind) -> bool {
    matches!(kind, Kind::Sealed | Kind::Native)
}

fn remembered(session: &Session) {
    login(session);
    session.set_timeouts(Timeouts::remember_me()).unwrap();
}

/// It is kept if both formats can store it. In Flask's formats the lifetime of all sessions applies.
#[tokio::test]
async fn a_session_keeps_its_lifetime() {
    for kinds in moves().filter(|(from, _)| has_room(*from)) {
        let (previous, present) = pair(kinds);
        let mut jar = Jar::default();
        jar.visit(&previous, remembered).await.unwrap();
        for request in 0..2 {
            let own = jar.visit(&present, Session::timeouts).await.unwrap();
            assert_eq!(own, has_room(kinds.1).then(Timeouts::remember_me), "{kinds:?}, request {request}");
            assert_eq!(jar.names(), [present.cookie_name()], "{kinds:?}");
        }
    }
}

/// A session that is migrated only after some days is still valid, although sessions with the general lifetime have expired.
#[tokio::test]
async fn a_remembered_session_can_be_taken_over_days_later() {
    for (from, to) in moves().filter(|(from, _)| has_room(*from)) {
        let mut jar = Jar::default();
        let store = std::sync::Arc::new(dewar::store::Memory::new());
        jar.visit(&from.in_store(NOW, store.clone()), remembered).await.unwrap();
        let later = NOW.plus(Duration::from_secs(20 * 86_400));
        let present = to.manager(later).migrating_from(from.in_store(later, store), UNTIL);
        assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{from:?} {to:?}");
    }
}
