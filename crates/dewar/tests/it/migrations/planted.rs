//! Another site of the domain sets an old cookie in the victim's browser. Old cookies often have no `__Host-` prefix.

use super::jar::{Jar, login};
use super::kinds::{Kind, moves};
use super::{logged_in, pair};

/// The moves that change the name of the cookie.
fn renamed() -> impl Iterator<Item = (Kind, Kind)> {
    moves().filter(|kinds| pair(*kinds).0.cookie_name() != pair(*kinds).1.cookie_name())
}

/// The cookies of both, the planted ones first.
fn with_planted(victim: &Jar, planted: &Jar) -> String {
    format!("{}; {}", planted.header(), victim.header())
}

#[tokio::test]
async fn a_browser_with_a_new_cookie_ignores_a_planted_old_one() {
    for kinds in renamed() {
        let (previous, present) = pair(kinds);
        let mut mallory = Jar::default();
        mallory.visit(&previous, |session| session.insert_value("user", "mallory")).await.unwrap();
        let mut victim = logged_in(&previous).await;
        assert!(victim.user(&present).await.is_some());
        let session = present.open([with_planted(&victim, &mallory).as_bytes()]).await.unwrap();
        assert_eq!(session.get::<String>("user").unwrap().as_deref(), Some("zoe"), "{kinds:?}");
        // The planted cookie is removed.
        let reply = present.save(&session).await.unwrap();
        assert!(
            reply
                .set_cookies()
                .any(|line| line.starts_with("session=;") || line.starts_with("__Host-session=;")),
            "{kinds:?} {reply:?}"
        );

        // A new cookie that no longer opens still counts as a new cookie.
        let stale = format!("{}={}; {}", present.cookie_name(), "A".repeat(45), mallory.header());
        let session = present.open([stale.as_bytes()]).await.unwrap();
        assert_eq!(session.get::<String>("user").unwrap(), None, "{kinds:?}");
    }
}

/// Session fixation: the planted cookie is taken over, the victim logs in, and the attacker sends the planted cookie.
#[tokio::test]
async fn a_planted_cookie_does_not_open_the_session_of_a_login() {
    for kinds in moves() {
        for is_read_first in [false, true] {
            let (previous, present) = pair(kinds);
            let mut mallory = Jar::default();
            mallory.visit(&previous, |session| session.insert_value("cart", "mallory's")).await.unwrap();
            let mut victim = mallory.clone();
            if is_read_first {
                victim.user(&present).await;
            }
            victim.visit(&present, login).await.unwrap();
            assert_eq!(victim.user(&present).await.as_deref(), Some("zoe"), "{kinds:?}");
            for _ in 0..2 {
                assert_eq!(mallory.clone().user(&present).await, None, "{kinds:?} {is_read_first}");
            }
            let mut logged_out = mallory.clone();
            logged_out.visit(&present, |session| session.insert_value("x", 1)).await.unwrap();
            assert_eq!(logged_out.user(&present).await, None, "{kinds:?}");
            assert_eq!(victim.user(&present).await.as_deref(), Some("zoe"), "{kinds:?}");
        }
    }
}
