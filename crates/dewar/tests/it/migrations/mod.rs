//! Migrations from one kind of session to another, without logging users out.

mod failing;
mod jar;
mod kinds;
mod own_lifetimes;
mod owners;
mod planted;
mod scopes;

use std::time::Duration;

use dewar::SessionManager;
use dewar::clock::UnixTime;

use self::jar::{Jar, login, logout};
use self::kinds::{Kind, NOW, UNTIL, moves};

/// The previous manager, and the current one that migrates its sessions.
fn pair((from, to): (Kind, Kind)) -> (SessionManager, SessionManager) {
    let previous = from.manager(NOW);
    (previous.clone(), to.manager(NOW).migrating_from(previous, UNTIL))
}

async fn logged_in(manager: &SessionManager) -> Jar {
    let mut jar = Jar::default();
    jar.visit(manager, login).await.unwrap();
    jar
}

#[tokio::test]
async fn a_session_goes_on_in_the_new_place_and_the_old_cookie_is_removed() {
    for kinds in moves() {
        let (previous, present) = pair(kinds);
        let mut jar = logged_in(&previous).await;
        let old = jar.clone();
        let was = jar.visit(&present, |s| (s.get::<String>("user").unwrap(), s.is_permanent(), s.is_new()));
        assert_eq!(was.await.unwrap(), (Some("zoe".to_owned()), true, false), "{kinds:?}");
        assert_eq!(jar.names(), [present.cookie_name()], "{kinds:?}");
        assert_ne!(jar.header(), old.header(), "{kinds:?}");
        // It goes on in the new kind, and can be changed.
        jar.visit(&present, |session| session.insert_value("tea", 1)).await.unwrap();
        let (user, tea) = jar
            .visit(&present, |s| (s.get::<String>("user").unwrap(), s.get::<u8>("tea").unwrap()))
            .await
            .unwrap();
        assert_eq!((user.as_deref(), tea), (Some("zoe"), Some(1)), "{kinds:?}");
        // The flag that one kind stores beside the data and another among them is there once.
        let keys = jar.visit(&present, |s| s.keys().iter().map(ToString::to_string).collect::<Vec<_>>());
        let flagged = matches!(kinds.1, Kind::Flask | Kind::FlaskSession);
        assert_eq!(keys.await.unwrap().len(), if flagged { 3 } else { 2 }, "{kinds:?}");
        // The old record has been removed.
        if kinds.0.is_in_store() {
            assert_eq!(old.clone().user(&previous).await, None, "{kinds:?}");
        }
    }
}

#[tokio::test]
async fn the_first_request_may_change_it_log_in_again_or_log_out() {
    for kinds in moves() {
        let (previous, present) = pair(kinds);
        let mut jar = logged_in(&previous).await;
        jar.visit(&present, |session| session.update("n", |n: Option<u8>| n.unwrap_or(0) + 1).unwrap())
            .await
            .unwrap();
        let n = jar.visit(&present, |session| session.get::<u8>("n").unwrap()).await.unwrap();
        assert_eq!((n, jar.names()), (Some(1), vec![present.cookie_name()]), "{kinds:?}");

        let mut jar = logged_in(&previous).await;
        jar.visit(&present, login).await.unwrap();
        assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{kinds:?}");
        assert_eq!(jar.names(), [present.cookie_name()], "{kinds:?}");

        let mut jar = logged_in(&previous).await;
        let mut copied = jar.clone();
        jar.visit(&present, logout).await.unwrap();
        assert!(jar.names().is_empty(), "{kinds:?}: {jar:?}");
        if kinds.0.is_in_store() {
            assert_eq!(
                copied.user(&previous).await,
                None,
                "{kinds:?}: logged out, and the old session still opens"
            );
            assert_eq!(copied.user(&present).await, None, "{kinds:?}");
        }
    }
}

/// When a session moves from a store into a cookie, the old record exists until the client sends the new cookie. A logout ends it, too.
#[tokio::test]
async fn a_logout_ends_the_previous_session_although_it_was_taken_over_before() {
    for kinds in moves().filter(|(from, _)| from.is_in_store()) {
        let (previous, present) = pair(kinds);
        let mut jar = logged_in(&previous).await;
        let mut copied = jar.clone();
        assert!(jar.user(&present).await.is_some());
        jar.visit(&present, logout).await.unwrap();
        assert!(jar.names().is_empty(), "{kinds:?}");
        assert_eq!((copied.user(&previous).await, copied.user(&present).await), (None, None), "{kinds:?}");
    }
}

#[tokio::test]
async fn first_requests_whose_answers_are_lost_can_be_repeated() {
    for kinds in moves() {
        let (previous, present) = pair(kinds);
        let mut jar = logged_in(&previous).await;
        for tea in 0..3 {
            let lost = jar.ask(&present, |session| {
                assert_eq!(session.get::<String>("user").unwrap().as_deref(), Some("zoe"), "{kinds:?} {tea}");
                session.insert_value("tea", tea);
            });
            let _ = lost.await.unwrap();
        }
        let tea = jar.visit(&present, |session| session.get::<u8>("tea").unwrap()).await.unwrap();
        // A store loses nothing; the changes in a cookie that did not arrive are lost.
        assert_eq!(tea, kinds.1.is_in_store().then_some(2), "{kinds:?}");
        assert_eq!(jar.user(&present).await.as_deref(), Some("zoe"), "{kinds:?}");
        assert_eq!(jar.names(), [present.cookie_name()], "{kinds:?}");
    }
}

/// Whichever cookie the browser stores, it works; in a store every change is saved.
#[tokio::test]
async fn parallel_first_requests_lead_to_one_session() {
    for kinds in moves() {
        for last in 0..2 {
            let (previous, present) = pair(kinds);
            let mut jar = logged_in(&previous).await;
            let header = jar.header();
            let one = present.open([header.as_bytes()]).await.unwrap();
            let other = present.open([header.as_bytes()]).await.unwrap();
            one.insert_value("one", 1);
            other.insert_value("other", 2);
            let replies = [present.save(&one).await.unwrap(), present.save(&other).await.unwrap()];
            jar.receive(replies[1 - last].set_cookies());
            jar.receive(replies[last].set_cookies());
            assert_eq!(jar.names(), [present.cookie_name()], "{kinds:?}");
            let found = jar.visit(&present, |s| {
                (s.get::<String>("user").unwrap(), s.get::<u8>("one").unwrap(), s.get::<u8>("other").unwrap())
            });
            let (user, one, other) = found.await.unwrap();
            assert_eq!(user.as_deref(), Some("zoe"), "{kinds:?}");
            let both = (one, other) == (Some(1), Some(2));
            assert_eq!(both, kinds.1.is_in_store(), "{kinds:?}: {one:?} {other:?}");
        }
    }
}

/// A logout with a message begins another session: of the previous one nothing is left, although another tab took it over first.
#[tokio::test]
async fn a_goodbye_ends_the_previous_session() {
    for kinds in moves() {
        for is_taken_over in [false, true] {
            let (previous, present) = pair(kinds);
            let mut jar = logged_in(&previous).await;
            let (mut copied, mut other_tab) = (jar.clone(), jar.clone());
            let session = present.open([jar.header().as_bytes()]).await.unwrap();
            if is_taken_over {
                assert!(other_tab.user(&present).await.is_some(), "{kinds:?}");
            }
            session.log_out();
            session.flash("Goodbye", "message");
            jar.receive(present.save(&session).await.unwrap().set_cookies());
            assert_eq!(jar.names(), [present.cookie_name()], "{kinds:?}");
            let shown = jar.visit(&present, |s| (s.flashes().len(), s.contains("user"))).await.unwrap();
            assert_eq!(shown, (1, false), "{kinds:?}");
            if kinds.0.is_in_store() {
                assert_eq!(copied.user(&previous).await, None, "{kinds:?} {is_taken_over}");
                assert_eq!(copied.user(&present).await, None, "{kinds:?} {is_taken_over}");
            }
            if kinds.1 == Kind::Native || (is_taken_over && kinds.1.is_in_store()) {
                assert_eq!(other_tab.user(&present).await, None, "{kinds:?} {is_taken_over}");
            }
        }
    }
}

/// A request with the old cookie is under way while another one takes the session over and logs out.
#[tokio::test]
async fn a_logout_is_not_undone_by_a_first_request_under_way() {
    for kinds in moves().filter(|(_, to)| *to == Kind::Native) {
        for is_changed in [false, true] {
            let (previous, present) = pair(kinds);
            let mut jar = logged_in(&previous).await;
            let slow = present.open([jar.header().as_bytes()]).await.unwrap();
            assert!(slow.contains("user"));
            if is_changed {
                slow.insert_value("tea", 1);
            }
            let mut copied = jar.clone();
            jar.visit(&present, logout).await.unwrap();
            let reply = present.save(&slow).await.unwrap();
            assert_eq!(reply.set_cookies().count(), 0, "{kinds:?}");
            assert_eq!(copied.user(&present).await, None, "{kinds:?}");

            // The same with the session taken over first.
            let (previous, present) = pair(kinds);
            let mut jar = logged_in(&previous).await;
            let slow = present.open([jar.header().as_bytes()]).await.unwrap();
            if is_changed {
                slow.insert_value("tea", 1);
            }
            assert!(jar.user(&present).await.is_some());
            jar.visit(&present, logout).await.unwrap();
            let reply = present.save(&slow).await.unwrap();
            assert_eq!(reply.set_cookies().count(), 0, "{kinds:?}");
        }
    }
}

#[tokio::test]
async fn old_cookies_are_ignored_from_the_date_on() {
    for (from, to) in moves() {
        let previous = from.manager(NOW);
        let mut jar = logged_in(&previous).await;
        let at = |until: UnixTime| to.manager(NOW).migrating_from(previous.clone(), until);
        assert_eq!(jar.clone().user(&at(NOW)).await, None, "{from:?} {to:?}");
        assert!(jar.user(&at(NOW.plus(Duration::from_secs(1)))).await.is_some(), "{from:?} {to:?}");
    }
}

/// A previous manager may have one itself.
#[tokio::test]
async fn a_session_that_missed_a_move_makes_both() {
    let flask = Kind::Flask.manager(NOW);
    let sealed = Kind::Sealed.manager(NOW).migrating_from(flask.clone(), UNTIL);
    let native = Kind::FlaskSession.manager(NOW).migrating_from(sealed.clone(), UNTIL);
    for first in [&flask, &sealed] {
        let mut jar = logged_in(first).await;
        assert_eq!(jar.user(&native).await.as_deref(), Some("zoe"));
        assert_eq!(jar.names(), ["session"]);
        assert_eq!(jar.user(&native).await.as_deref(), Some("zoe"));
    }
}
