//! Logins with an old id: an answer was lost, a button was clicked twice, tabs work in parallel, or an attacker planted the id.

use dewar::settings::SessionLimit;
use dewar::store::Trim;
use dewar::{ServerSide, Session};

use super::{MINUTE, SECOND, Site, held};

fn sites() -> [Site; 2] {
    [Site::new(|s| s), Site::flask(|s| s)]
}

/// A login as the guide describes it.
fn log_in(session: &Session, owner: &str) {
    session.log_in(owner);
    session.insert_value("user", owner);
    session.update("logins", |n: Option<u32>| n.unwrap_or(0) + 1).unwrap();
}

fn as_zoe(session: &Session) {
    log_in(session, "zoe");
}

/// A visitor with something in the cart.
async fn visitor(site: &Site) -> String {
    site.visit("", |session| session.insert_value("cart", 3)).await
}

async fn devices(site: &Site) -> usize {
    site.manager.sessions_of("zoe", None).await.unwrap().len()
}

async fn cart(site: &Site, cookie: &str) -> Option<i64> {
    site.request(cookie).await.session.get("cart").unwrap()
}

#[tokio::test]
async fn a_login_whose_answer_was_lost_can_be_repeated() {
    for site in sites() {
        let old = visitor(&site).await;
        let lost = site.visit(&old, as_zoe).await;
        let second = site.visit(&old, as_zoe).await;
        assert!(second != old && second != lost && !second.is_empty());
        for cookie in [&lost, &second] {
            assert_eq!(site.user(cookie).await.as_deref(), Some("zoe"), "whichever answer the browser keeps");
        }
    }
}

/// Flask-Session's records leave no tombstone under an old id.
#[tokio::test]
async fn a_login_that_is_repeated_keeps_the_cart_and_counts_once() {
    let site = Site::new(|s| s);
    let old = visitor(&site).await;
    let lost = site.visit(&old, as_zoe).await;
    let _ = site.visit(&lost, |s| s.insert_value("from", "another tab")).await;
    let second = site.visit(&old, as_zoe).await;
    let session = site.request(&second).await.session;
    assert_eq!(
        (session.get_value("cart"), session.get_value("from")),
        (Some(3.into()), Some("another tab".into()))
    );
    assert_eq!(session.get_value("logins"), Some(2.into()), "each of two logins once");
    assert_eq!(
        site.request(&lost).await.session.get_value("logins"),
        Some(1.into()),
        "the other one is left alone"
    );
    assert_eq!(devices(&site).await, 2);
}

#[tokio::test]
async fn of_two_logins_at_once_both_answers_work() {
    for site in sites() {
        let old = visitor(&site).await;
        let (a, b) = (site.request(&old).await, site.request(&old).await);
        as_zoe(&a.session);
        as_zoe(&b.session);
        let (first, second) = (held(&a.end().await).unwrap(), held(&b.end().await).unwrap());
        assert_ne!(first, second);
        for cookie in [&first, &second] {
            assert_eq!(site.user(cookie).await.as_deref(), Some("zoe"));
        }
    }
}

#[tokio::test]
async fn after_a_logout_whose_answer_was_lost_a_user_can_log_in_at_once() {
    for site in sites() {
        let old = site.visit(&visitor(&site).await, as_zoe).await;
        let _lost = site.visit(&old, Session::destroy).await;
        let new = site.visit(&old, as_zoe).await;
        let session = site.request(&new).await.session;
        assert_eq!(session.get_value("logins"), Some(1.into()));
        assert_eq!(session.get_value("cart"), None, "the ended session is not revived");
    }
}

#[tokio::test]
async fn a_login_that_a_logout_overtakes_begins_anew() {
    for site in sites() {
        let old = site.visit(&visitor(&site).await, as_zoe).await;
        let slow = site.request(&old).await;
        as_zoe(&slow.session);
        let _ = site.visit(&old, Session::destroy).await;
        let new = held(&slow.end().await).unwrap();
        let session = site.request(&new).await.session;
        assert_eq!((session.get_value("user"), session.get_value("cart")), (Some("zoe".into()), None));
        assert_eq!(session.get_value("logins"), Some(1.into()), "counted from zero");
    }
}

/// Session fixation: an attacker planted the id, and sends it after the login of the victim.
#[tokio::test]
async fn a_planted_id_opens_no_other_users_session() {
    let as_attacker = |owner: Option<&'static str>| {
        move |session: &Session| {
            session.regenerate_id();
            session.insert_value("user", "mallory");
            owner.inspect(|owner| session.set_owner(*owner));
        }
    };
    for site in sites() {
        for owner in [None, Some("mallory")] {
            let planted = site.visit("", |s| s.insert_value("lure", 1)).await;
            let victim = site.visit(&planted, as_zoe).await;
            let _ = site.visit(&victim, |s| s.insert_value("secret", 42)).await;
            let theirs = site.visit(&planted, as_attacker(owner)).await;
            let session = site.request(&theirs).await.session;
            assert_eq!((session.get_value("secret"), session.get_value("cart")), (None, None));
            assert_eq!(session.get_value("user"), Some("mallory".into()));
            assert_eq!(site.user(&victim).await.as_deref(), Some("zoe"), "the victim's is left alone");
        }
    }
}

/// A login without an owner cannot prove that it is the same user.
#[tokio::test]
async fn a_repeated_login_without_an_owner_keeps_its_own_changes_alone() {
    let site = Site::new(|s| s);
    let plain = |session: &Session| {
        session.regenerate_id();
        session.insert_value("user", "zoe");
    };
    let old = visitor(&site).await;
    let lost = site.visit(&old, plain).await;
    let second = site.visit(&old, plain).await;
    assert_eq!((cart(&site, &lost).await, cart(&site, &second).await), (Some(3), None));
    assert_eq!(site.user(&second).await.as_deref(), Some("zoe"));
}

/// As in the guide: the data from before the login may be another user's.
#[tokio::test]
async fn a_login_that_clears_first_takes_nothing_along() {
    let afresh = |session: &Session| {
        session.clear();
        as_zoe(session);
    };
    for site in sites() {
        let old = visitor(&site).await;
        let lost = site.visit(&old, afresh).await;
        let _ = site.visit(&lost, |s| s.insert_value("tea", 1)).await;
        let second = site.visit(&old, afresh).await;
        for (cookie, tea) in [(&lost, Some(1.into())), (&second, None)] {
            let session = site.request(cookie).await.session;
            assert_eq!((session.get_value("cart"), session.get_value("tea")), (None, tea));
            assert_eq!(
                (session.get_value("user"), session.get_value("logins")),
                (Some("zoe".into()), Some(1.into()))
            );
        }
    }
}

#[tokio::test]
async fn eight_new_ids_are_followed_and_no_more() {
    for ids in [8, 9] {
        let site = Site::new(|s| s);
        let old = visitor(&site).await;
        let mut newest = old.clone();
        for _ in 0..ids {
            newest = site.visit(&newest, as_zoe).await;
        }
        let repeated = site.visit(&old, as_zoe).await;
        assert_eq!(cart(&site, &repeated).await, (ids == 8).then_some(3), "{ids}");
        assert_eq!(site.user(&repeated).await.as_deref(), Some("zoe"));
    }
}

#[tokio::test]
async fn a_minute_later_a_login_with_the_old_id_begins_like_any_other() {
    let site = Site::new(|s| s);
    let old = visitor(&site).await;
    let _lost = site.visit(&old, as_zoe).await;
    site.pass(MINUTE - SECOND);
    let early = site.visit(&old, as_zoe).await;
    site.pass(2 * SECOND);
    let late = site.visit(&old, as_zoe).await;
    assert_eq!((cart(&site, &early).await, cart(&site, &late).await), (Some(3), None));
    assert_eq!(site.user(&late).await.as_deref(), Some("zoe"));
}

/// A parallel request that only renews the id must not knock out the cookie of a login.
#[tokio::test]
async fn rotating_an_old_id_changes_nothing() {
    for site in sites() {
        let old = visitor(&site).await;
        let (early, other) = (site.request(&old).await, site.request(&old).await);
        early.session.rotate_id();
        other.session.rotate_id();
        let new = site.visit(&old, as_zoe).await;
        let late = site.request(&old).await;
        late.session.rotate_id();
        for request in [early, other, late] {
            assert_eq!(held(&request.end().await), None);
        }
        assert_eq!(site.user(&new).await.as_deref(), Some("zoe"));
        assert_eq!(site.visit("", Session::rotate_id).await, "", "a visitor gets nothing");
        let rotated = site.visit(&new, Session::rotate_id).await;
        assert!(rotated != new && site.user(&rotated).await.is_some() && site.user(&new).await.is_none());
    }
}

fn limited(sessions: usize, trim: Trim) -> Site {
    Site::new(|s| ServerSide { session_limit: Some(SessionLimit { sessions, ends: trim }), ..s })
}

/// The phone, which has been used.
async fn phone(site: &Site) -> String {
    let cookie = site.visit("", as_zoe).await;
    let _ = site.visit(&cookie, |s| _ = s.is_empty()).await;
    site.pass(SECOND);
    cookie
}

#[tokio::test]
async fn at_a_limit_a_repeated_login_takes_its_own_place() {
    for trim in [Trim::Oldest, Trim::Newest] {
        let site = limited(2, trim);
        let phone = phone(&site).await;
        let old = visitor(&site).await;
        let lost = site.visit(&old, as_zoe).await;
        let second = site.visit(&old, as_zoe).await;
        assert_eq!(site.user(&second).await.as_deref(), Some("zoe"));
        assert_eq!(site.user(&phone).await.as_deref(), Some("zoe"), "{trim:?}: the phone stays");
        assert_eq!((site.user(&lost).await, devices(&site).await), (None, 2));
    }
}

#[tokio::test]
async fn where_the_newest_is_refused_a_lost_answer_locks_no_user_out() {
    let site = limited(2, Trim::Newest);
    let phone = phone(&site).await;
    let lost = site.visit("", as_zoe).await;
    let second = site.visit("", as_zoe).await;
    assert_eq!(site.user(&second).await.as_deref(), Some("zoe"));
    assert_eq!((site.user(&lost).await, devices(&site).await), (None, 2));
    assert_eq!(site.user(&phone).await.as_deref(), Some("zoe"));
    // Both have been used by now: the next one is refused.
    let _ = site.visit(&second, |s| _ = s.is_empty()).await;
    assert_eq!(site.visit("", as_zoe).await, "");
    assert_eq!(devices(&site).await, 2);
}

/// The browser may have the cookie of another login by now, which this response must not remove.
#[tokio::test]
async fn a_login_that_is_one_too_many_leaves_the_cookie_alone() {
    for preset in [|s| ServerSide::new("shop", s), ServerSide::flask] {
        let site = Site::with(preset, |s| {
            let session_limit = Some(SessionLimit { sessions: 1, ends: Trim::Newest });
            ServerSide { session_limit, ..s }
        });
        let _ = phone(&site).await;
        let request = site.request("").await;
        as_zoe(&request.session);
        assert_eq!(request.end().await.set_cookie(), None);
        assert_eq!(devices(&site).await, 1);
    }
}

/// The owner of the session is still the attacker, as the login set none. That proves nothing.
#[tokio::test]
async fn a_login_without_an_owner_passes_nothing_on_to_the_attacker_who_planted_its_id() {
    let site = Site::new(|s| s);
    let planted = site.visit("", |session| log_in(session, "eve")).await;
    let hers = site
        .visit(&planted, |session| {
            session.regenerate_id();
            session.insert_value("secret", 1);
        })
        .await;
    let eves = site.visit(&planted, |session| log_in(session, "eve")).await;
    assert!(site.request(&hers).await.session.contains("secret"));
    assert!(!site.request(&eves).await.session.contains("secret"));
    assert_eq!(site.user(&eves).await.as_deref(), Some("eve"), "she has a session of her own");
}
