//! A lifetime of one session's own, in cookies.

use dewar::lifetime::{Timeouts, TimeoutsError};
use dewar::{ClientSide, Login};

use super::*;

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

fn timeouts(idle: u64, absolute: u64) -> Timeouts {
    Timeouts { idle: Some(Duration::from_secs(idle)), absolute: Some(Duration::from_secs(absolute)) }
}

fn remembered(session: &Session) {
    session.log_in(Login::new("user:42").remember_me(true));
    session.insert_value("user", "zoe");
}

fn short(session: &Session) {
    session.insert_value("user", "zoe");
    session.set_timeouts(timeouts(300, 1200)).unwrap();
}

async fn is_alive(settings: &ClientSide, cookie: &str) -> bool {
    let manager = SessionManager::client_side(settings.clone()).unwrap();
    user(&manager.open([cookie.as_bytes()]).await.unwrap()).is_some()
}

/// The lifetime of all sessions, shorter or longer, does not count.
#[tokio::test]
async fn its_own_lifetime_decides() {
    let longer =
        Lifetime { idle: Some(Duration::from_secs(90 * DAY)), absolute: None, ..Lifetime::default() };
    for (begin, idle) in [(remembered as fn(&Session), 30 * DAY), (short, 300)] {
        let (cookie, _) = request(&sealed_at(NOW), "", begin).await;
        for lifetime in [Lifetime::default(), Lifetime::aal3(), longer] {
            let at = |seconds| ClientSide { lifetime, ..sealed_at(after(seconds)) };
            assert!(is_alive(&at(idle - 1), &cookie).await, "{lifetime:?}");
            assert!(!is_alive(&at(idle), &cookie).await, "{lifetime:?}");
            // A look that is due moves its end, by its own idle time.
            let (refreshed, line) = request(&at(idle / 10 - 1), &cookie, |_| ()).await;
            assert_eq!((line, &refreshed), (None, &cookie), "{lifetime:?}");
            let (refreshed, line) = request(&at(idle / 10), &cookie, |_| ()).await;
            assert!(line.is_some(), "{lifetime:?}");
            assert!(is_alive(&at(idle / 10 + idle - 1), &refreshed).await, "{lifetime:?}");
            assert!(!is_alive(&at(idle / 10 + idle), &refreshed).await, "{lifetime:?}");
        }
    }
}

#[tokio::test]
async fn its_absolute_limit_ends_it_however_often_it_is_used() {
    for (begin, step, steps) in [(remembered as fn(&Session), 73 * DAY / 4, 20), (short, 120, 10)] {
        let (mut cookie, _) = request(&sealed_at(NOW), "", begin).await;
        for n in 1..steps {
            cookie =
                request(&sealed_at(after(n * step)), &cookie, |s| assert!(user(s).is_some(), "{n}")).await.0;
        }
        assert!(is_alive(&sealed_at(after(steps * step - 1)), &cookie).await);
        assert!(!is_alive(&sealed_at(after(steps * step)), &cookie).await);
    }
}

#[tokio::test]
async fn the_cookie_ends_with_the_session() {
    let (_, line) = request(&sealed_at(NOW), "", remembered).await;
    assert!(
        line.as_ref().unwrap().contains("Expires=Sat, 30 Mar 2024 12:34:56 GMT; Max-Age=2592000;"),
        "{line:?}"
    );
}

#[tokio::test]
async fn a_longest_lifetime_that_is_lowered_takes_effect() {
    let strict =
        |seconds| ClientSide { longest_lifetime: timeouts(DAY, 7 * DAY), ..sealed_at(after(seconds)) };
    let (cookie, _) = request(&sealed_at(NOW), "", remembered).await;
    assert!(is_alive(&strict(DAY - 1), &cookie).await);
    assert!(!is_alive(&strict(DAY), &cookie).await);
    let (_, line) = request(&strict(DAY - 1), &cookie, |session| {
        assert_eq!(session.timeouts(), Some(timeouts(DAY, 7 * DAY)));
    })
    .await;
    assert!(line.unwrap().contains("Max-Age=86400;"));
}

/// One login after another: a remembered one, and one that is not.
#[tokio::test]
async fn a_login_that_is_not_remembered_is_as_all_sessions_are() {
    let (cookie, _) = request(&sealed_at(NOW), "", remembered).await;
    let (cookie, line) =
        request(&sealed_at(after(2 * DAY)), &cookie, |session| session.log_in("user:42")).await;
    assert!(!line.unwrap().contains("Expires="));
    assert!(is_alive(&sealed_at(after(2 * DAY + HOUR - 1)), &cookie).await, "it began anew");
    assert!(!is_alive(&sealed_at(after(2 * DAY + HOUR)), &cookie).await);
}

#[tokio::test]
async fn flasks_cookie_has_no_room_for_it() {
    let (cookie, line) = request(&flask_at(NOW), "", |session| {
        assert_eq!(session.set_timeouts(Timeouts::remember_me()), Err(TimeoutsError::NoRoom));
        assert!(!session.is_modified());
        remembered(session);
        assert_eq!((session.timeouts(), session.is_permanent()), (None, true));
    })
    .await;
    assert!(line.unwrap().contains("Expires=Sun, 31 Mar 2024 12:34:56 GMT;"), "Flask's own: 31 days");
    assert!(is_alive(&flask_at(after(31 * DAY)), &cookie).await);
    assert!(!is_alive(&flask_at(after(31 * DAY + 1)), &cookie).await);
}

/// Logged out everywhere: a remembered cookie stays dead for as long as it could have lived, however short all other sessions are.
#[tokio::test]
async fn an_epoch_lasts_as_long_as_the_longest_cookie() {
    let endless = Timeouts { idle: None, absolute: None };
    for longest_lifetime in [Timeouts::remember_me(), timeouts(30 * DAY, 40 * DAY), endless] {
        let store = Arc::new(Memory::new());
        let at = |seconds| ClientSide {
            revocation: Some(Revocation::new("shop", store.clone())),
            longest_lifetime,
            ..sealed_at(after(seconds))
        };
        let (first, _) = request(&at(0), "", remembered).await;
        // The last one that can be told from those that come later.
        let mut cookies = vec![first];
        for days in 1..=20 {
            let (cookie, _) = request(&at(days * DAY), cookies.last().unwrap(), |_| ()).await;
            cookies.push(cookie);
        }
        let manager = SessionManager::client_side(at(20 * DAY)).unwrap();
        manager.end_sessions_of("user:42", None).await.unwrap();
        for days in 20..500 {
            let at = at(days * DAY);
            let _ = SessionManager::client_side(at.clone()).unwrap().sweep(100).await.unwrap();
            for cookie in &cookies {
                assert!(!is_alive(&at, cookie).await, "revived after {days} days: {longest_lifetime:?}");
            }
        }
        let (again, _) = request(&at(20 * DAY), "", remembered).await;
        assert!(is_alive(&at(20 * DAY), &again).await);
    }
}
