//! A session with its own lifetime, which replaces the lifetime of all sessions.

mod in_every_engine;
mod logins;
mod refreshed;

use std::time::Duration;

use dewar::lifetime::{Timeouts, TimeoutsError};
use dewar::{Lifetime, ServerSide, Session};

use super::{HOUR, MINUTE, SECOND, Site, held};

const DAY: Duration = Duration::from_secs(86_400);
const MILLISECOND: Duration = Duration::from_millis(1);

fn timeouts(idle: Duration, absolute: Duration) -> Timeouts {
    Timeouts { idle: Some(idle), absolute: Some(absolute) }
}

fn remembered(session: &Session) {
    session.insert_value("user", "zoe");
    session.set_permanent(true);
    session.set_timeouts(Timeouts::remember_me()).unwrap();
}

/// At a shared computer.
fn short(session: &Session) {
    session.insert_value("user", "zoe");
    session.set_timeouts(timeouts(5 * MINUTE, 20 * MINUTE)).unwrap();
}

impl Site {
    /// A look that a browser makes: the session is read, and the answer arrives.
    async fn look(&self, cookie: &str) -> bool {
        let request = self.request(cookie).await;
        let is_in = request.session.contains("user");
        let _ = request.end().await;
        is_in
    }

    async fn own(&self, cookie: &str) -> Option<Timeouts> {
        self.request(cookie).await.session.timeouts()
    }

    /// Another process with other settings, at the same store and by the same clock.
    fn beside(&self, settings: impl FnOnce(ServerSide) -> ServerSide) -> Self {
        let site = self.clone();
        let clock = dewar::clock::Clock::from_fn({
            let site = self.clone();
            move || site.now()
        });
        let settings = settings(ServerSide { clock, ..ServerSide::new("shop", self.store.clone()) });
        Self { manager: dewar::SessionManager::server_side(settings).unwrap(), ..site }
    }
}

#[tokio::test]
async fn a_remembered_session_outlives_the_others_and_changes_none_of_them() {
    let site = Site::new(|s| s);
    let (zoe, visitor) = (site.visit("", remembered).await, site.login().await);
    assert_eq!(site.own(&zoe).await, Some(Timeouts::remember_me()));
    site.pass(HOUR);
    assert!(site.look(&zoe).await && !site.look(&visitor).await);
    // A look each 29 days keeps it for a year, and no longer.
    for days in (29..365).step_by(29) {
        site.pass(29 * DAY);
        assert_eq!(site.look(&zoe).await, days + 29 < 365 + 29, "{days}");
    }
    site.pass(365 * DAY - 12 * 29 * DAY - HOUR - MILLISECOND);
    assert!(site.look(&zoe).await);
    site.pass(MILLISECOND);
    assert!(!site.look(&zoe).await);
    assert_eq!(site.entries().await, 0);
}

#[tokio::test]
async fn its_idle_limit_is_kept_to_the_millisecond() {
    let site = Site::new(|s| s);
    for (begin, idle) in [(remembered as fn(&Session), 30 * DAY), (short, 5 * MINUTE)] {
        let cookie = site.visit("", begin).await;
        site.pass(idle - MILLISECOND);
        assert!(site.look(&cookie).await, "and this look moves its end");
        site.pass(idle - MILLISECOND);
        assert!(site.look(&cookie).await);
        site.pass(idle);
        assert!(!site.look(&cookie).await);
    }
}

#[tokio::test]
async fn a_short_one_ends_however_often_it_is_looked_at() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", short).await;
    for _ in 0..19 {
        site.pass(MINUTE);
        assert!(site.look(&cookie).await);
    }
    site.pass(MINUTE);
    assert!(!site.look(&cookie).await, "its absolute limit");
}

#[tokio::test]
async fn the_cookie_of_a_remembered_session_ends_with_it() {
    let site = Site::new(|s| s);
    let request = site.request("").await;
    remembered(&request.session);
    let reply = request.end().await;
    assert!(
        reply.set_cookie().unwrap().contains("Expires=Sat, 30 Mar 2024 12:34:56 GMT; Max-Age=2592000;"),
        "{reply:?}"
    );
    let cookie = held(&reply).unwrap();
    site.pass(2 * DAY);
    assert_eq!(site.request(&cookie).await.end().await.set_cookie(), None, "not a tenth is used up");
    site.pass(DAY);
    let reply = site.request(&cookie).await.end().await;
    assert!(
        reply.set_cookie().unwrap().contains("Expires=Tue, 02 Apr 2024 12:34:56 GMT; Max-Age=2592000;"),
        "{reply:?}"
    );
    for _ in 0..12 {
        site.pass(28 * DAY);
        assert!(site.look(&cookie).await);
    }
    let reply = site.request(&cookie).await;
    reply.session.insert_value("n", 1);
    let reply = reply.end().await;
    let left = 365 * DAY - 3 * DAY - 12 * 28 * DAY;
    assert!(reply.set_cookie().unwrap().contains(&format!("Max-Age={};", left.as_secs())), "{reply:?}");
}

#[tokio::test]
async fn a_new_id_keeps_it_and_clear_drops_it() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", remembered).await;
    let cookie = site.visit(&cookie, Session::rotate_id).await;
    let cookie = site.visit(&cookie, Session::regenerate_id).await;
    site.pass(DAY);
    assert_eq!(site.own(&cookie).await, Some(Timeouts::remember_me()));
    let cookie = site
        .visit(&cookie, |session| {
            session.clear();
            session.insert_value("cart", 1);
        })
        .await;
    assert_eq!(site.own(&cookie).await, None);
    site.pass(HOUR);
    assert!(site.request(&cookie).await.session.is_new());
}

#[tokio::test]
async fn it_can_be_taken_away() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", remembered).await;
    let cookie = site.visit(&cookie, |session| session.set_timeouts(None).unwrap()).await;
    assert_eq!(site.own(&cookie).await, None);
    site.pass(HOUR);
    assert!(!site.look(&cookie).await);
}

/// Overlapping requests: a lifetime that one of them set is used; if both did, the later one.
#[tokio::test]
async fn it_is_merged_as_the_owner_is() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let (one, other) = (site.request(&cookie).await, site.request(&cookie).await);
    one.session.set_timeouts(Timeouts::remember_me()).unwrap();
    other.session.insert_value("cart", 1);
    let _ = (one.end().await, other.end().await);
    let both = site.request(&cookie).await.session;
    assert!(both.timeouts() == Some(Timeouts::remember_me()) && both.contains("cart"));

    let (one, other) = (site.request(&cookie).await, site.request(&cookie).await);
    one.session.set_timeouts(timeouts(HOUR, DAY)).unwrap();
    other.session.set_timeouts(timeouts(2 * HOUR, DAY)).unwrap();
    let _ = (one.end().await, other.end().await);
    assert_eq!(site.own(&cookie).await, Some(timeouts(2 * HOUR, DAY)));
}

#[tokio::test]
async fn what_is_too_long_or_nothing_is_refused_at_once_and_changes_nothing() {
    let longest = timeouts(7 * DAY, 30 * DAY);
    let site = Site::new(|s| ServerSide { longest_lifetime: longest, ..s });
    let cookie = site.login().await;
    let session = site.request(&cookie).await.session;
    for too_long in [
        timeouts(7 * DAY + SECOND, DAY),
        timeouts(DAY, 30 * DAY + SECOND),
        Timeouts { idle: None, ..longest },
        Timeouts { absolute: None, ..longest },
    ] {
        assert_eq!(session.set_timeouts(too_long), Err(TimeoutsError::TooLong { longest }));
    }
    assert_eq!(session.set_timeouts(timeouts(Duration::ZERO, DAY)), Err(TimeoutsError::Zero));
    assert_eq!((session.timeouts(), session.is_modified()), (None, false));
    session.set_timeouts(longest).unwrap();
    assert_eq!(session.timeouts(), Some(longest));
}

/// What a session was given under a longer limit is cut to the one that counts now; raised again, it counts in full if nobody has written it.
#[tokio::test]
async fn a_longest_lifetime_that_is_lowered_takes_effect() {
    let site = Site::new(|s| s);
    let strict = site.beside(|s| ServerSide { longest_lifetime: timeouts(DAY, 7 * DAY), ..s });
    let cookie = site.visit("", remembered).await;
    assert_eq!(strict.own(&cookie).await, Some(timeouts(DAY, 7 * DAY)));
    site.pass(DAY);
    assert!(!strict.manager.open([cookie.as_bytes()]).await.unwrap().contains("user"));
    assert!(!site.look(&cookie).await, "an expired session is removed");

    // No session can be made shorter than all sessions are.
    let none = site.beside(|s| ServerSide { longest_lifetime: timeouts(SECOND, SECOND), ..s });
    let cookie = none.login().await;
    site.pass(HOUR - MILLISECOND);
    assert!(none.look(&cookie).await);
}

#[tokio::test]
async fn flasks_records_have_no_room_for_it() {
    let site = Site::flask(|s| s);
    let cookie = site.login().await;
    let session = site.request(&cookie).await.session;
    assert_eq!(session.set_timeouts(Timeouts::remember_me()), Err(TimeoutsError::NoRoom));
    assert_eq!(session.set_timeouts(None), Ok(()));
    assert_eq!((session.timeouts(), session.is_modified()), (None, false));
}

/// Changes to a session that has ended are lost, and counted: as `set_owner`.
#[tokio::test]
async fn what_is_set_after_destroy_is_lost() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let _ = site
        .visit(&cookie, |session| {
            session.destroy();
            session.set_timeouts(Timeouts::remember_me()).unwrap();
            assert_eq!(session.timeouts(), None);
        })
        .await;
    assert!(!site.look(&cookie).await);
}

/// The longest of all: no limit at all.
#[tokio::test]
async fn a_session_may_be_allowed_never_to_end() {
    let endless = Timeouts { idle: None, absolute: None };
    let site = Site::new(|s| ServerSide { longest_lifetime: endless, lifetime: Lifetime::aal3(), ..s });
    let cookie = site
        .visit("", |session| {
            session.insert_value("user", "zoe");
            session.set_timeouts(endless).unwrap();
        })
        .await;
    site.pass(10_000 * DAY);
    assert!(site.look(&cookie).await);
    assert_eq!(site.stored().await[0].1.expires, None);
}
