//! `log_in` and `log_out` in every format: which data is kept, what ends, and how the cookie is set.

use dewar::lifetime::Timeouts;
use dewar::value::Value;
use dewar::{Lifetime, Login, Session};

use super::{HOUR, KINDS, Kind, Permanence, Site, held, is_permanent};

fn texts(session: &Session) -> Vec<String> {
    session.flashes().iter().map(|flash| flash.message.as_text().unwrap().to_string()).collect()
}

/// A visitor with a cart and a message.
async fn visitor(site: &Site) -> String {
    let fill = |session: &Session| {
        session.insert_value("cart", 3);
        session.flash("Log in to pay", "message");
    };
    site.visit("", fill).await
}

/// Zoe, who stays logged in and has data of her own.
async fn zoe(site: &Site) -> String {
    let login = |session: &Session| {
        session.log_in(Login::new("user:zoe").remember_me(true).device("Firefox", "Lisbon"));
        session.insert_value("secret", 42);
        session.flash("Welcome, Zoe", "message");
    };
    site.visit("", login).await
}

#[tokio::test]
async fn a_visitors_data_come_along_under_a_new_id() {
    for kind in KINDS {
        let site = Site::new(kind);
        let before = visitor(&site).await;
        let after = site.visit(&before, |session| session.log_in("user:zoe")).await;
        assert!(!after.is_empty() && after != before, "{kind:?}");
        let session = site.open(&after).await;
        assert_eq!(session.owner().unwrap().to_string(), "user:zoe", "{kind:?}");
        assert_eq!(
            (session.get_value("cart"), texts(&session)),
            (Some(3.into()), vec!["Log in to pay".to_owned()])
        );
        if kind.is_in_store() {
            assert!(site.open(&before).await.is_new(), "{kind:?}: session fixation");
        }
    }
}

#[tokio::test]
async fn the_same_owner_keeps_the_data() {
    for kind in KINDS {
        let site = Site::new(kind);
        let first = zoe(&site).await;
        let second = site.visit(&first, |session| session.log_in("user:zoe")).await;
        assert_ne!(first, second, "{kind:?}");
        assert_eq!(site.open(&second).await.get_value("secret"), Some(42.into()), "{kind:?}");
    }
}

#[tokio::test]
async fn nothing_of_one_user_reaches_the_next() {
    for kind in KINDS {
        let site = Site::new(kind);
        let hers = zoe(&site).await;
        let (reply, his) = site.request(&hers, |session| session.log_in("user:bob")).await;
        assert!(!is_permanent(&reply), "{kind:?}: Zoe was remembered, Bob is not");
        let session = site.open(&his).await;
        assert_eq!(session.owner().unwrap().to_string(), "user:bob", "{kind:?}");
        assert_eq!((session.get_value("secret"), session.flashes()), (None, Vec::new()), "{kind:?}");
        assert_eq!(session.timeouts(), None, "{kind:?}");
        if kind.is_in_store() {
            assert!(site.open(&hers).await.is_new(), "{kind:?}: Zoe is logged out");
            let list = async |owner| site.manager.sessions_of(owner, None).await.unwrap();
            assert!(list("user:zoe").await.is_empty(), "{kind:?}");
            let [info] = &list("user:bob").await[..] else { panic!("{kind:?}") };
            assert_eq!(info.device, dewar::session::Device::default(), "{kind:?}: Zoe's labels");
        }
    }
}

/// However the request removed the first one, and whatever it had shown of theirs.
#[tokio::test]
async fn nothing_of_one_user_reaches_the_next_in_one_request() {
    let removals: [fn(&Session); 4] = [|_| (), Session::clear, Session::clear_owner, Session::log_out];
    for kind in KINDS {
        for remove in removals {
            let site = Site::new(kind);
            let hers = zoe(&site).await;
            let session = site.open(&hers).await;
            assert_eq!(texts(&session), ["Welcome, Zoe"], "{kind:?}");
            remove(&session);
            session.log_in("user:bob");
            session.flash("Welcome, Bob", "message");
            assert_eq!(
                (session.get_value("secret"), texts(&session)),
                (None, vec!["Welcome, Bob".to_owned()])
            );
            let _ = site.manager.save(&session).await.unwrap();
            if kind == Kind::Native {
                let [info] = &site.manager.sessions_of("user:bob", None).await.unwrap()[..] else { panic!() };
                assert_eq!(info.device, dewar::session::Device::default(), "Zoe's labels");
            }
        }
    }
}

/// Records would read an empty name as none, and the next user would get the data of a visitor.
#[tokio::test]
async fn an_empty_name_is_an_owner() {
    for kind in KINDS {
        let site = Site::new(kind);
        let login = |session: &Session| {
            session.log_in("");
            session.insert_value("secret", 42);
        };
        let cookie = site.visit("", login).await;
        assert!(site.owner(&cookie).await.is_some(), "{kind:?}");
        let cookie = site.visit(&cookie, |session| session.log_in("user:bob")).await;
        assert_eq!(site.open(&cookie).await.get_value("secret"), None, "{kind:?}");
    }
}

/// A cookie without `Expires` is gone with the browser, also that of a session that never expires.
#[tokio::test]
async fn a_session_that_never_expires_is_remembered() {
    for kind in [Kind::Sealed, Kind::Native] {
        let site = Site::with(kind, |lifetime| Lifetime { idle: None, absolute: None, ..lifetime });
        let stay = |session: &Session| session.log_in(Login::new("user:zoe").remember_me(true));
        let line = site.request("", stay).await.0.set_cookie().unwrap().to_owned();
        assert!(
            line.contains("; Max-Age=34560000"),
            "{kind:?}: 400 days, as long as browsers keep it: {line}"
        );
        let (reply, _) = site.request("", |session| session.log_in("user:zoe")).await;
        assert!(!is_permanent(&reply), "{kind:?}");
    }
}

#[tokio::test]
async fn remember_me_is_for_one_login() {
    for kind in KINDS {
        let site = Site::new(kind);
        let stay = |session: &Session| session.log_in(Login::new("user:zoe").remember_me(true));
        let (reply, cookie) = site.request("", stay).await;
        assert!(is_permanent(&reply), "{kind:?}");
        assert!(site.open(&cookie).await.is_permanent(), "{kind:?}");
        let session = site.open("").await;
        stay(&session);
        let own = kind.is_our_own().then(Timeouts::remember_me);
        assert_eq!(session.timeouts(), own, "{kind:?}");
        let (reply, cookie) = site.request(&cookie, |session| session.log_in("user:zoe")).await;
        assert!(!is_permanent(&reply), "{kind:?}");
        assert!(!site.open(&cookie).await.is_permanent(), "{kind:?}");
    }
}

/// Where all sessions outlive the browser, a login without "remember me" does, too; and no key says so that Flask would not write.
#[tokio::test]
async fn a_login_leaves_the_default_of_all_sessions() {
    for kind in KINDS {
        let site = Site::with(kind, |lifetime| Lifetime { permanence: Permanence::Permanent, ..lifetime });
        let (reply, cookie) = site.request("", |session| session.log_in("user:zoe")).await;
        assert!(is_permanent(&reply), "{kind:?}");
        assert!(site.open(&cookie).await.is_permanent(), "{kind:?}");
    }
    let site = Site::new(Kind::FlaskCookie);
    let cookie = site.visit("", |session| session.log_in("user:zoe")).await;
    assert_eq!(site.open(&cookie).await.keys(), ["_owner"]);
}

#[tokio::test]
async fn labels_are_kept_by_the_same_owner_until_new_ones_are_given() {
    let site = Site::new(Kind::Native);
    let label = async || {
        let sessions = site.manager.sessions_of("user:zoe", None).await.unwrap();
        sessions[0].device.user_agent.to_string()
    };
    let first = zoe(&site).await;
    let second = site.visit(&first, |session| session.log_in("user:zoe")).await;
    assert_eq!(label().await, "Firefox");
    let long = "x".repeat(300);
    let _ = site.visit(&second, |s| s.log_in(Login::new("user:zoe").device(long.as_str(), "\u{7}"))).await;
    assert_eq!(label().await.len(), 255);
}

#[tokio::test]
async fn a_login_has_a_full_absolute_lifetime() {
    for kind in [Kind::Sealed, Kind::Native] {
        let site = Site::with(kind, |lifetime| Lifetime { idle: None, absolute: Some(2 * HOUR), ..lifetime });
        let renewals: [fn(&Session); 3] =
            [|s| s.log_in("user:zoe"), |s| s.regenerate_id(), |s| s.set_owner("user:zoe")];
        for (renew, is_alive) in renewals.into_iter().zip([true, false, false]) {
            let cookie = visitor(&site).await;
            site.pass(HOUR);
            let cookie = site.visit(&cookie, renew).await;
            site.pass(HOUR + HOUR / 2);
            assert_eq!(!site.open(&cookie).await.is_new(), is_alive, "{kind:?}");
            site.pass(HOUR / 2);
            assert!(site.open(&cookie).await.is_new(), "{kind:?}: the limit is no longer than it was");
        }
    }
}

#[tokio::test]
async fn log_out_removes_the_cookie_if_nothing_is_set_afterwards() {
    for kind in KINDS {
        let site = Site::new(kind);
        let cookie = zoe(&site).await;
        let (reply, after) = site.request(&cookie, Session::log_out).await;
        assert_eq!((held(&reply).as_deref(), after.as_str()), (Some(""), ""), "{kind:?}");
        if kind.is_in_store() {
            assert!(site.open(&cookie).await.is_new(), "{kind:?}");
        }
        let (reply, _) = site.request("", Session::log_out).await;
        let asked = matches!(kind, Kind::FlaskCookie | Kind::FlaskSession);
        assert_eq!(reply.set_cookie().is_some(), asked, "{kind:?}: a visitor, as after clear()");
    }
}

#[tokio::test]
async fn a_goodbye_is_shown_once_and_nothing_else_is_left() {
    for kind in KINDS {
        let site = Site::new(kind);
        let cookie = zoe(&site).await;
        let goodbye = |session: &Session| {
            session.log_out();
            session.flash("Goodbye", "message");
        };
        let (reply, after) = site.request(&cookie, goodbye).await;
        assert!(!after.is_empty() && after != cookie && !is_permanent(&reply), "{kind:?}");
        let session = site.open(&after).await;
        assert_eq!(
            (session.owner(), session.timeouts(), session.is_permanent()),
            (None, None, false),
            "{kind:?}"
        );
        assert_eq!(session.get_value("secret"), None, "{kind:?}");
        if kind.is_in_store() {
            assert!(site.open(&cookie).await.is_new(), "{kind:?}");
            assert!(site.manager.sessions_of("user:zoe", None).await.unwrap().is_empty(), "{kind:?}");
        }
        let (reply, _) = site.request(&after, |session| assert_eq!(texts(session), ["Goodbye"])).await;
        assert_eq!(held(&reply).as_deref(), Some(""), "{kind:?}: nothing else was in it");
    }
}

#[tokio::test]
async fn several_calls_in_one_request() {
    type Calls = fn(&Session);
    let cases: [(&str, Calls, Option<&str>); 7] = [
        (
            "the later login counts",
            |s| {
                s.log_in("user:zoe");
                s.insert_value("zoes", 1);
                s.log_in("user:bob");
            },
            Some("user:bob"),
        ),
        (
            "a login is repeated",
            |s| {
                s.log_in("user:zoe");
                s.log_in("user:zoe")
            },
            Some("user:zoe"),
        ),
        (
            "logs out and in",
            |s| {
                s.log_out();
                s.log_in("user:zoe")
            },
            Some("user:zoe"),
        ),
        (
            "logs in and out",
            |s| {
                s.log_in("user:zoe");
                s.log_out()
            },
            None,
        ),
        (
            "destroyed, then logs in",
            |s| {
                s.destroy();
                s.log_in("user:zoe")
            },
            None,
        ),
        (
            "logs out, then destroyed",
            |s| {
                s.log_out();
                s.flash("Bye", "message");
                s.destroy()
            },
            None,
        ),
        (
            "destroyed, then logs out",
            |s| {
                s.destroy();
                s.log_out();
                s.flash("Bye", "message")
            },
            None,
        ),
    ];
    for kind in KINDS {
        for (case, calls, owner) in cases {
            for cookie in [String::new(), "zoe".to_owned()] {
                let site = Site::new(kind);
                let cookie = if cookie.is_empty() { cookie } else { zoe(&site).await };
                let after = site.visit(&cookie, calls).await;
                assert_eq!(site.owner(&after).await.as_deref(), owner, "{kind:?}: {case}");
                let session = site.open(&after).await;
                assert!(!session.contains("zoes"), "{kind:?}: {case}");
                assert_eq!(after.is_empty(), owner.is_none(), "{kind:?}: {case}: {after}");
            }
        }
    }
}

/// An owner's name that has no room is stored with a hash: it is still the same owner.
#[tokio::test]
async fn a_long_name_is_the_same_owner_again() {
    for kind in KINDS {
        let site = Site::new(kind);
        let name = "z".repeat(500);
        let login = |session: &Session| session.log_in(name.as_str());
        let cookie = site.visit("", login).await;
        let cookie = site.visit(&cookie, |session| session.insert_value("cart", 3)).await;
        let cookie = site.visit(&cookie, login).await;
        assert_eq!(site.open(&cookie).await.get_value("cart"), Some(Value::from(3)), "{kind:?}");
    }
}
