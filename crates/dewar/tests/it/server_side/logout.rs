//! No revived logout: not by a write, not by a new id, and not by reading.

use dewar::error::ErrorKind;
use dewar::settings::OnEnded;
use dewar::{ServerSide, Session};

use super::{MINUTE, SECOND, Site, held};

fn sites() -> [Site; 2] {
    [Site::new(|s| s), Site::flask(|s| s)]
}

#[tokio::test]
async fn a_write_in_flight_does_not_bring_a_session_back() {
    for site in sites() {
        let cookie = site.login().await;
        let slow = site.request(&cookie).await;
        slow.session.insert_value("k", 1);
        assert_eq!(site.visit(&cookie, Session::destroy).await, "");
        let late = slow.end().await;
        assert_eq!(held(&late), None, "the client may hold the next session's cookie by now");
        assert!(site.request(&cookie).await.session.is_new());
    }
}

#[tokio::test]
async fn a_look_in_flight_does_not_bring_a_session_back() {
    for site in sites() {
        let cookie = site.login().await;
        let slow = site.request(&cookie).await;
        assert!(slow.session.contains("user"));
        let _ = site.visit(&cookie, Session::destroy).await;
        let _ = slow.end().await;
        assert!(site.request(&cookie).await.session.is_new());
    }
}

#[tokio::test]
async fn a_new_id_in_flight_does_not_bring_a_session_back() {
    for site in sites() {
        let cookie = site.login().await;
        let slow = site.request(&cookie).await;
        slow.session.rotate_id();
        slow.session.insert_value("admin", true);
        let _ = site.visit(&cookie, Session::destroy).await;
        let late = slow.end().await;
        assert_eq!(held(&late), None, "no new id");
        assert!(site.request(&cookie).await.session.is_new());
    }
}

#[tokio::test]
async fn clear_and_log_out_are_as_final_as_destroy() {
    for (site, end) in
        sites().into_iter().flat_map(|site| [Session::clear, Session::log_out].map(|end| (site.clone(), end)))
    {
        let cookie = site.login().await;
        let (slow, clearing) = (site.request(&cookie).await, site.request(&cookie).await);
        slow.session.insert_value("k", 1);
        end(&clearing.session);
        assert_eq!(held(&clearing.end().await).as_deref(), Some(""));
        let _ = slow.end().await;
        assert!(site.request(&cookie).await.session.is_new());
    }
}

#[tokio::test]
async fn a_logout_ends_what_others_wrote_meanwhile() {
    for site in sites() {
        let cookie = site.login().await;
        let out = site.request(&cookie).await;
        out.session.destroy();
        let _ = site.visit(&cookie, |s| s.insert_value("k", 1)).await;
        let _ = out.end().await;
        assert!(site.request(&cookie).await.session.is_new());
    }
}

#[tokio::test]
async fn what_is_set_after_destroy_is_not_stored() {
    for site in sites() {
        let cookie = site.login().await;
        let held = site
            .visit(&cookie, |session| {
                session.destroy();
                session.insert_value("user", "mallory");
                session.regenerate_id();
            })
            .await;
        assert_eq!(held, "");
        assert!(site.request(&cookie).await.session.is_new());
    }
}

/// Session fixation: the id from before the login opens nothing after it.
#[tokio::test]
async fn a_login_gives_a_new_id_and_the_old_one_ends_at_once() {
    for site in sites() {
        let before = site.visit("", |s| s.insert_value("cart", 3)).await;
        let after = site
            .visit(&before, |session| {
                session.regenerate_id();
                session.insert_value("user", "zoe");
            })
            .await;
        assert_ne!(before, after);
        assert!(site.request(&before).await.session.is_new());
        let session = site.request(&after).await.session;
        assert_eq!(
            (session.get_value("cart"), session.get_value("user")),
            (Some(3.into()), Some("zoe".into()))
        );
    }
}

/// A late request with the old id must not remove the new cookie from the browser.
#[tokio::test]
async fn a_request_in_flight_can_neither_store_anything_nor_touch_the_cookie() {
    let site = Site::new(|s| s);
    let old = site.login().await;
    let new = site.visit(&old, Session::rotate_id).await;
    for late in [|s: &Session| s.insert_value("k", 1), Session::rotate_id, Session::regenerate_id] {
        let request = site.request(&old).await;
        assert!(request.session.is_new() && request.session.is_empty() && request.session.is_late_request());
        late(&request.session);
        assert_eq!(held(&request.end().await), None);
    }
    assert_eq!(site.user(&new).await.as_deref(), Some("zoe"));
}

/// A later request is not in flight: the client has only the old id, and must not be locked out.
#[tokio::test]
async fn after_some_seconds_an_old_id_is_like_an_unknown_one() {
    for ended in [Session::rotate_id, Session::destroy] {
        let site = Site::new(|s| ServerSide { late_request_window: 5 * SECOND, ..s });
        let old = site.login().await;
        let _ = site.visit(&old, ended).await;
        site.pass(5 * SECOND);
        let request = site.request(&old).await;
        assert!(!request.session.is_late_request());
        request.session.insert_value("k", 1);
        let new = held(&request.end().await).unwrap();
        assert!(new != old && !new.is_empty());
        assert_eq!(site.request(&new).await.session.keys(), ["k"]);
    }
}

#[tokio::test]
async fn a_logout_with_an_old_id_ends_the_session_as_long_as_anything_is_known_of_it() {
    for logout in [Session::destroy, Session::clear, Session::log_out] {
        let site = Site::new(|s| s);
        let old = site.login().await;
        let new = site.visit(&old, Session::rotate_id).await;
        site.pass(MINUTE - SECOND);
        assert_eq!(site.visit(&old, logout).await, old, "the cookie is not touched");
        assert!(site.request(&new).await.session.is_new());
    }
}

/// A logout ends the session although it gets a new id meanwhile: a browser that has not got the new cookie yet can only send the
/// old one.
#[tokio::test]
async fn a_logout_ends_a_session_that_got_new_ids_meanwhile() {
    let kinds =
        [false, true].map(|opens_late| [Session::destroy, Session::log_out].map(|end| (opens_late, end)));
    for (opens_late, end) in kinds.concat() {
        let site = Site::new(|s| s);
        let first = site.login().await;
        let early = site.request(&first).await;
        let second = site.visit(&first, Session::regenerate_id).await;
        let third = site.visit(&second, Session::regenerate_id).await;
        let out = if opens_late { site.request(&first).await } else { early };
        end(&out.session);
        let cookie = held(&out.end().await);
        assert_eq!(cookie.as_deref(), if opens_late { None } else { Some("") });
        for cookie in [&first, &second, &third] {
            assert!(site.request(cookie).await.session.is_new());
        }
        assert_eq!(site.entries().await, 3, "three tombstones");
    }
}

#[tokio::test]
async fn of_two_new_ids_at_once_one_wins() {
    for site in sites() {
        let cookie = site.login().await;
        let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
        a.session.regenerate_id();
        b.session.regenerate_id();
        let (won, lost) = (held(&a.end().await), held(&b.end().await));
        assert_eq!(lost, None);
        assert_eq!(site.user(&won.unwrap()).await.as_deref(), Some("zoe"));
        assert!(site.request(&cookie).await.session.is_new());
    }
}

#[tokio::test]
async fn a_program_may_ask_for_an_error_when_a_session_has_ended() {
    let site = Site::new(|s| ServerSide { on_ended: OnEnded::Refuse, ..s });
    let cookie = site.login().await;
    let slow = site.request(&cookie).await;
    slow.session.insert_value("k", 1);
    let _ = site.visit(&cookie, Session::destroy).await;
    let late = site.request(&cookie).await;
    late.session.insert_value("k", 1);
    for request in [slow, late] {
        let error = site.manager.save(&request.session).await.unwrap_err();
        assert_eq!((error.kind(), error.status()), (&ErrorKind::Ended, 409));
    }
    let look = site.request(&cookie).await;
    assert_eq!(held(&look.end().await), None, "a request that only reads gets no error");
}

/// A logout with a goodbye message begins another session; the one before has ended under every id that it got meanwhile.
#[tokio::test]
async fn a_goodbye_ends_the_session_although_it_got_a_new_id_meanwhile() {
    let goodbye = |session: &Session| {
        session.log_out();
        session.flash("Goodbye", "info");
    };
    for is_late in [false, true] {
        let site = Site::new(|s| s);
        let before = site.login().await;
        let under_way = site.request(&before).await;
        let rotated = site.visit(&before, Session::rotate_id).await;
        assert_eq!(site.user(&rotated).await.as_deref(), Some("zoe"));
        let request = if is_late { site.request(&before).await } else { under_way };
        goodbye(&request.session);
        let after = held(&request.end().await).unwrap();
        for over in [&before, &rotated] {
            assert_eq!(site.user(over).await, None, "late: {is_late}");
        }
        let shown = site.request(&after).await.session;
        assert_eq!((shown.flashes().len(), shown.contains("user")), (1, false));
    }
}

/// A login that clears the session is no logout: it may be sent twice.
#[tokio::test]
async fn a_login_that_clears_the_session_before_can_be_sent_twice() {
    let site = Site::new(|s| s);
    let login = |session: &Session| {
        session.clear();
        session.regenerate_id();
        session.set_owner("user:zoe");
        session.insert_value("user", "zoe");
    };
    let before = site.login().await;
    let (first, second) = (site.request(&before).await, site.request(&before).await);
    login(&first.session);
    login(&second.session);
    let cookies = [held(&first.end().await).unwrap(), held(&second.end().await).unwrap()];
    for cookie in cookies {
        assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"), "whichever response the browser keeps");
    }
}

/// `clear` ends the session under every id, whatever is set afterwards.
#[tokio::test]
async fn clear_logs_out_although_the_session_got_a_new_id_meanwhile() {
    let then_flash: fn(&Session) = |s| s.flash("Bye", "info");
    let then_somebody_else: fn(&Session) = |s| {
        s.regenerate_id();
        s.set_owner("bob");
        s.insert_value("user", "bob");
    };
    for then in [then_flash, then_somebody_else] {
        for late_by in [None, Some(SECOND), Some(11 * SECOND)] {
            let site = Site::new(|s| s);
            let before = site.visit("", |s| {
                s.set_owner("zoe");
                s.insert_value("user", "zoe");
            });
            let before = before.await;
            let early = site.request(&before).await;
            let renewed = site.visit(&before, Session::rotate_id).await;
            let out = match late_by {
                None => early,
                Some(time) => {
                    site.pass(time);
                    site.request(&before).await
                }
            };
            out.session.clear();
            then(&out.session);
            let _ = out.end().await;
            assert_eq!(site.user(&renewed).await, None, "{late_by:?}");
        }
    }
}

/// A browser that was given a cookie for two domains sends both.
#[tokio::test]
async fn a_logout_with_two_cookies_ends_both_sessions() {
    for site in sites() {
        let (a, b) = (site.login().await, site.login().await);
        assert_eq!(site.visit(&format!("{a}; {b}"), Session::destroy).await, "");
        assert_eq!((site.user(&a).await, site.user(&b).await), (None, None));
    }
    let site = Site::new(|s| s);
    let (old, alive) = (site.login().await, site.login().await);
    let renewed = site.visit(&old, Session::rotate_id).await;
    let _ = site.visit(&format!("{old}; {alive}"), Session::destroy).await;
    assert_eq!((site.user(&renewed).await, site.user(&alive).await), (None, None));
}

/// A response to a request that only looked, but that made the session permanent, must not remove the cookie of a newer login.
#[tokio::test]
async fn a_late_request_that_sets_nothing_leaves_the_cookie_alone() {
    for late_by in [SECOND, 11 * SECOND] {
        for handle in [|s: &Session| s.set_permanent(true), Session::mark_modified, Session::regenerate_id] {
            let site = Site::new(|s| s);
            let old = site.login().await;
            let _ = site.visit(&old, Session::rotate_id).await;
            site.pass(late_by);
            let request = site.request(&old).await;
            handle(&request.session);
            assert_eq!(held(&request.end().await), None);
        }
    }
}

#[tokio::test]
async fn rotating_an_old_id_is_no_error_for_a_program_that_asks_for_errors() {
    let site = Site::new(|s| ServerSide { on_ended: OnEnded::Refuse, ..s });
    let cookie = site.login().await;
    let (first, second) = (site.request(&cookie).await, site.request(&cookie).await);
    for request in [&first, &second] {
        request.session.rotate_id();
    }
    assert!(held(&first.end().await).is_some());
    assert_eq!(held(&second.end().await), None);
}

/// A tombstone does not count as recent for ever because the clock was set back.
#[tokio::test]
async fn a_tombstone_of_the_future_is_no_reason_to_drop_writes() {
    let site = Site::new(|s| s);
    site.pass(10 * MINUTE);
    let old = site.login().await;
    let _ = site.visit(&old, Session::destroy).await;
    site.millis.fetch_sub(5 * 60_000, std::sync::atomic::Ordering::Relaxed);
    let request = site.request(&old).await;
    assert!(!request.session.is_late_request());
    request.session.insert_value("k", 1);
    assert!(held(&request.end().await).is_some());
}
