//! The lifetime of a session in a store.

use std::time::Duration;

use dewar::lifetime::{Permanence, Refresh};
use dewar::store::{Entry, Store as _, Write, WriteOutcome};
use dewar::{Lifetime, ServerSide};

use super::{HOUR, MINUTE, SECOND, Site, held};

const MILLISECOND: Duration = Duration::from_millis(1);

#[tokio::test]
async fn idle_and_absolute_limits_to_the_millisecond() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    site.pass(HOUR - MILLISECOND);
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"), "and this look moved its end");
    site.pass(HOUR - MILLISECOND);
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
    site.pass(HOUR);
    assert_eq!(site.user(&cookie).await, None);

    let cookie = site.login().await;
    for _ in 0..47 {
        site.pass(HOUR / 2);
        assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
    }
    site.pass(HOUR / 2);
    assert_eq!(site.user(&cookie).await, None, "a day after it began, however often it was used");
}

/// Writing moves the idle end, never the absolute one.
#[tokio::test]
async fn a_write_does_not_extend_the_absolute_limit() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    for n in 0..47 {
        site.pass(HOUR / 2);
        let _ = site.visit(&cookie, |s| s.insert_value("n", n)).await;
    }
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
    site.pass(HOUR / 2);
    assert_eq!(site.user(&cookie).await, None);
}

/// A session expires even if the engine has lost the end of its entry.
#[tokio::test]
async fn limits_hold_whatever_the_engine_does() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let (key, stored) = &site.stored().await[0];
    let endless = Entry::new(stored.payload.clone(), None);
    let swapped = site.store.write(Write::swap(key, &stored.revision, &endless), site.now()).await.unwrap();
    assert!(matches!(swapped, WriteOutcome::Saved(_)));
    site.pass(HOUR);
    assert_eq!(site.user(&cookie).await, None);
}

#[tokio::test]
async fn without_refresh_only_a_change_moves_the_end() {
    let on_change = Lifetime { refresh: Refresh::OnChange, ..Lifetime::default() };
    let site = Site::new(|s| ServerSide { lifetime: on_change, ..s });
    let cookie = site.login().await;
    site.pass(HOUR / 2);
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
    site.pass(HOUR / 2);
    assert_eq!(site.user(&cookie).await, None);
}

#[tokio::test]
async fn the_cookie_of_a_permanent_session_moves_with_its_end_and_no_other() {
    let site = Site::new(|s| s);
    let remembered = site.visit("", |s| s.set_permanent(true)).await;
    assert_eq!(remembered, "", "permanence alone stores nothing");
    let request = site.request("").await;
    request.session.insert_value("user", "zoe");
    request.session.set_permanent(true);
    let reply = request.end().await;
    assert!(reply.set_cookie().unwrap().contains("Expires="));
    let cookie = held(&reply).unwrap();
    site.pass(MINUTE);
    assert_eq!(site.request(&cookie).await.end().await.set_cookie(), None, "not a tenth is used up");
    site.pass(6 * MINUTE);
    let reply = site.request(&cookie).await.end().await;
    assert!(
        reply.set_cookie().unwrap().contains("Expires=Thu, 29 Feb 2024 13:41:56 GMT; Max-Age=3600;"),
        "{reply:?}"
    );

    let request = site.request(&cookie).await;
    request.session.set_permanent(false);
    let reply = request.end().await;
    assert_eq!(held(&reply).as_ref(), Some(&cookie));
    assert!(
        !reply.set_cookie().unwrap().contains("Expires="),
        "the browser must drop its `Expires`: {reply:?}"
    );
}

#[tokio::test]
async fn a_browser_session_has_no_expires_but_an_end() {
    let site = Site::flask(|s| ServerSide {
        lifetime: Lifetime { permanence: Permanence::BrowserSession, ..s.lifetime },
        ..s
    });
    let request = site.request("").await;
    request.session.insert_value("user", "zoe");
    let reply = request.end().await;
    assert!(!reply.set_cookie().unwrap().contains("Expires"), "{reply:?}");
    let cookie = held(&reply).unwrap();
    site.pass(31 * 24 * HOUR - SECOND);
    assert_eq!(site.user(&cookie).await.as_deref(), Some("zoe"));
    site.pass(31 * 24 * HOUR);
    assert_eq!(site.user(&cookie).await, None);
}

/// A session that is written near its absolute limit expires before its idle limit.
#[tokio::test]
async fn the_last_use_is_known_near_the_absolute_limit() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", |session| session.set_owner("zoe")).await;
    for half_hours in 1..48 {
        site.pass(HOUR / 2);
        site.visit(&cookie, |session| session.insert("half_hours", half_hours).unwrap()).await;
        let found = site.manager.sessions_of("zoe", None).await.unwrap();
        assert_eq!(found[0].last_seen, site.now(), "{half_hours}");
    }
}
