//! What a login does to the lifetime of a session: it restarts, and is remembered or not.

use dewar::lifetime::{Permanence, Timeouts};
use dewar::settings::SessionLimit;
use dewar::store::Trim;
use dewar::{Lifetime, Login, ServerSide, Session};

use super::super::{HOUR, MINUTE, Site, held};
use super::{DAY, MILLISECOND};

fn log_in(session: &Session) {
    session.log_in(Login::new("user:zoe"));
    session.insert_value("user", "zoe");
}

fn remembered(session: &Session) {
    session.log_in(Login::new("user:zoe").remember_me(true));
    session.insert_value("user", "zoe");
}

/// Used every half hour.
async fn use_for(site: &Site, cookie: &str, half_hours: u32) {
    for _ in 0..half_hours {
        site.pass(HOUR / 2);
        assert!(site.look(cookie).await);
    }
}

#[tokio::test]
async fn a_login_begins_the_absolute_limit_anew_and_a_new_id_does_not() {
    let site = Site::new(|s| s);
    let visitor = site.visit("", |session| session.insert_value("cart", 1)).await;
    for _ in 0..46 {
        site.pass(HOUR / 2);
        let _ = site.request(&visitor).await.end().await;
    }
    let cookie = site.visit(&visitor, log_in).await;
    use_for(&site, &cookie, 47).await;
    let cookie = site.visit(&cookie, Session::regenerate_id).await;
    site.pass(HOUR / 2 - MILLISECOND);
    assert!(site.look(&cookie).await);
    site.pass(MILLISECOND);
    assert!(!site.look(&cookie).await, "a day after the login");
}

#[tokio::test]
async fn a_login_that_is_not_remembered_takes_away_what_the_one_before_gave() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", remembered).await;
    assert_eq!(site.own(&cookie).await, Some(Timeouts::remember_me()));
    let request = site.request(&cookie).await;
    log_in(&request.session);
    let reply = request.end().await;
    assert!(!reply.set_cookie().unwrap().contains("Expires="), "{reply:?}");
    let cookie = held(&reply).unwrap();
    assert_eq!(site.own(&cookie).await, None);
    site.pass(HOUR);
    assert!(!site.look(&cookie).await);
}

/// Where all sessions outlive the browser, so does one that is not remembered.
#[tokio::test]
async fn a_login_that_is_not_remembered_is_as_permanent_as_all_sessions_are() {
    let permanent = Lifetime { permanence: Permanence::Permanent, ..Lifetime::default() };
    for site in [Site::new(|s| ServerSide { lifetime: permanent, ..s }), Site::flask(|s| s)] {
        let request = site.request("").await;
        log_in(&request.session);
        assert!(request.end().await.set_cookie().unwrap().contains("Expires="));
    }
}

/// A login whose answer was lost, and which is repeated: it gets the data of the first, and its own lifetime.
#[tokio::test]
async fn a_repeated_login_is_remembered_by_its_own_wish() {
    let site = Site::new(|s| s);
    for (first, second, own) in [
        (remembered as fn(&Session), log_in as fn(&Session), None),
        (log_in, remembered, Some(Timeouts::remember_me())),
        (remembered, remembered, Some(Timeouts::remember_me())),
    ] {
        let visitor = site.visit("", |session| session.insert_value("cart", 1)).await;
        let lost = site.visit(&visitor, first).await;
        site.pass(MINUTE / 2);
        let cookie = site.visit(&visitor, second).await;
        assert_ne!(lost, cookie);
        let session = site.request(&cookie).await.session;
        assert!(session.contains("cart"));
        assert_eq!((session.timeouts(), session.is_permanent()), (own, own.is_some()));
    }
}

/// The same if it was ended meanwhile, and if another request came first.
#[tokio::test]
async fn a_login_is_remembered_whatever_others_do_meanwhile() {
    let site = Site::new(|s| s);
    for others in [Session::destroy, Session::rotate_id, |s: &Session| s.insert_value("n", 1)] {
        let visitor = site.visit("", |session| session.insert_value("cart", 1)).await;
        let login = site.request(&visitor).await;
        remembered(&login.session);
        let _ = site.visit(&visitor, others).await;
        let cookie = held(&login.end().await).unwrap();
        assert_eq!(site.own(&cookie).await, Some(Timeouts::remember_me()));
        site.pass(29 * DAY);
        assert!(site.look(&cookie).await);
    }
}

/// A remembered session counts for as long as it lives, and no longer.
#[tokio::test]
async fn a_limit_counts_remembered_sessions_as_long_as_they_live() {
    for trim in [Trim::Oldest, Trim::Newest] {
        let site =
            Site::new(|s| ServerSide { session_limit: Some(SessionLimit { sessions: 1, ends: trim }), ..s });
        let phone = site.visit("", remembered).await;
        assert!(site.look(&phone).await, "it came with its id");
        site.pass(DAY);
        let laptop = site.visit("", log_in).await;
        let is_newest_refused = trim == Trim::Newest;
        assert_eq!(site.look(&phone).await, is_newest_refused, "{trim:?}");
        assert_eq!(site.look(&laptop).await, !is_newest_refused, "{trim:?}");
        site.pass(30 * DAY);
        let tablet = site.visit("", log_in).await;
        assert!(site.look(&tablet).await, "{trim:?}: the others have expired");
        assert_eq!(site.manager.sessions_of("user:zoe", None).await.unwrap().len(), 1, "{trim:?}");
    }
}

#[tokio::test]
async fn in_flasks_records_a_remembered_session_outlives_the_browser_and_no_more() {
    let site = Site::flask(|s| ServerSide {
        lifetime: Lifetime { permanence: Permanence::BrowserSession, ..s.lifetime },
        ..s
    });
    let request = site.request("").await;
    remembered(&request.session);
    let reply = request.end().await;
    assert!(reply.set_cookie().unwrap().contains("Expires="), "{reply:?}");
    assert_eq!(site.own(&held(&reply).unwrap()).await, None);
}
