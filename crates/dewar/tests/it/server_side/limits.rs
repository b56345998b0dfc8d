//! A limit of sessions per user: no user is locked out, and no session is ended without need.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use dewar::clock::Clock;
use dewar::settings::{OnEnded, SessionLimit};
use dewar::store::{StoreError, Trim};
use dewar::{ServerSide, Session, SessionManager};

use super::{HOUR, MINUTE, SECOND, START, Site, held};
use crate::hooked_store::{Call, Hook, HookedStore};

fn limited(sessions: usize, trim: Trim) -> Site {
    Site::new(|s| ServerSide { session_limit: Some(SessionLimit { sessions, ends: trim }), ..s })
}

fn as_zoe(session: &Session) {
    session.regenerate_id();
    session.set_owner("zoe");
    session.insert_value("user", "zoe");
}

fn look(session: &Session) {
    let _ = session.is_empty();
}

/// A session that its client has used.
async fn used(site: &Site) -> String {
    let cookie = site.visit("", as_zoe).await;
    let _ = site.visit(&cookie, look).await;
    site.pass(SECOND);
    cookie
}

#[tokio::test]
async fn a_session_that_expired_by_its_age_is_not_counted() {
    for trim in [Trim::Newest, Trim::Oldest] {
        let site = limited(1, trim);
        let old = used(&site).await;
        for _ in 0..25 {
            site.pass(HOUR - SECOND);
            let _ = site.request(&old).await;
        }
        assert_eq!(site.user(&old).await, None, "a day has passed");
        let new = site.visit(&old, as_zoe).await;
        assert_eq!(site.user(&new).await.as_deref(), Some("zoe"), "{trim:?}");
    }
}

/// The phone is in use; the laptop's session began with a cart, long before its login.
#[tokio::test]
async fn an_expired_session_does_not_end_another() {
    let site = limited(2, Trim::Oldest);
    let mut laptop = site.visit("", |s| s.insert_value("cart", 1)).await;
    for _ in 0..22 {
        site.pass(HOUR - MINUTE);
        laptop = site.visit(&laptop, |s| s.insert_value("k", 1)).await;
    }
    let phone = site.visit("", as_zoe).await;
    laptop = site.visit(&laptop, as_zoe).await;
    for _ in 0..3 {
        site.pass(HOUR - MINUTE);
        let _ = (site.user(&phone).await, site.user(&laptop).await);
    }
    assert_eq!(site.user(&laptop).await, None);
    let _ = site.visit("", as_zoe).await;
    assert_eq!(site.user(&phone).await.as_deref(), Some("zoe"));
}

#[tokio::test]
async fn a_login_that_is_refused_leaves_the_session_as_it_was_and_reports_it() {
    for on_ended in [OnEnded::Respond, OnEnded::Refuse] {
        let session_limit = Some(SessionLimit { sessions: 1, ends: Trim::Newest });
        let site = Site::new(|s| ServerSide { session_limit, on_ended, ..s });
        let _phone = used(&site).await;
        let visitor = site.visit("", |s| s.insert_value("cart", 3)).await;
        let request = site.request(&visitor).await;
        as_zoe(&request.session);
        match site.manager.save(&request.session).await {
            Ok(reply) => assert_eq!((held(&reply), on_ended), (None, OnEnded::Respond)),
            Err(error) => assert_eq!((error.status(), on_ended), (409, OnEnded::Refuse)),
        }
        let session = site.request(&visitor).await.session;
        assert_eq!((session.get_value("cart"), session.get_value("user")), (Some(3.into()), None));
    }
}

/// A login is a logout of the previous user, even if the new one is refused.
#[tokio::test]
async fn a_login_that_is_refused_ends_the_session_of_another_user() {
    let site = limited(1, Trim::Newest);
    let _phone = used(&site).await;
    let bob = site.visit("", |s| s.log_in("user:bob")).await;
    let after = site.visit(&bob, |s| s.log_in("zoe")).await;
    assert_eq!(site.request(&after).await.session.owner(), None);
    assert!(site.manager.sessions_of("user:bob", None).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_first_login_that_is_refused_is_reported() {
    for on_ended in [OnEnded::Respond, OnEnded::Refuse] {
        let session_limit = Some(SessionLimit { sessions: 1, ends: Trim::Newest });
        let site = Site::new(|s| ServerSide { session_limit, on_ended, ..s });
        let _phone = used(&site).await;
        let request = site.request("").await;
        as_zoe(&request.session);
        match site.manager.save(&request.session).await {
            Ok(reply) => assert_eq!((held(&reply), on_ended), (None, OnEnded::Respond)),
            Err(error) => assert_eq!((error.status(), on_ended), (409, OnEnded::Refuse)),
        }
    }
}

#[tokio::test]
async fn a_session_in_use_keeps_its_right_under_a_new_id() {
    let step_up = |session: &Session| {
        session.regenerate_id();
        session.set_owner("zoe");
    };
    for renew in [Session::rotate_id, step_up] {
        let site = limited(1, Trim::Newest);
        let phone = used(&site).await;
        let phone = site.visit(&phone, renew).await;
        assert_eq!(site.visit("", as_zoe).await, "", "refused");
        assert_eq!(site.user(&phone).await.as_deref(), Some("zoe"));
    }
}

/// Every order in which two logins list and end.
#[tokio::test]
async fn of_two_logins_at_once_one_is_in() {
    for trim in [Trim::Newest, Trim::Oldest] {
        let site = limited(1, trim);
        let (a, b) = (site.request("").await, site.request("").await);
        as_zoe(&a.session);
        as_zoe(&b.session);
        let (first, second) = tokio::join!(a.end(), b.end());
        let mut inside = 0;
        for cookie in [held(&first), held(&second)].into_iter().flatten() {
            inside += usize::from(site.user(&cookie).await.is_some());
        }
        assert_eq!(inside, 1, "{trim:?}");
    }
}

/// While it is unable, the sessions of an owner can be neither listed nor counted.
#[derive(Debug, Default)]
struct Unable(AtomicBool);

impl Hook for Unable {
    async fn before(&self, call: Call<'_>) -> Result<(), StoreError> {
        let is_unable = self.0.load(Ordering::Relaxed);
        if is_unable && matches!(call, Call::ListOwner | Call::TrimOwner) {
            return Err(StoreError::unavailable("it is a replica"));
        }
        Ok(())
    }
}

/// A user who logs in once more, to do something that needs a password, must not lose the session because sessions cannot be counted.
#[tokio::test]
async fn a_limit_that_cannot_be_checked_logs_no_user_out() {
    let store = Arc::new(HookedStore::<Unable>::default());
    let session_limit = Some(SessionLimit { sessions: 3, ends: Trim::Oldest });
    let settings =
        ServerSide { session_limit, clock: Clock::fixed(START), ..ServerSide::new("shop", store.clone()) };
    let manager = SessionManager::server_side(settings).unwrap();
    let save = async |cookie: &str| {
        let session = manager.open([cookie.as_bytes()]).await.unwrap();
        as_zoe(&session);
        held(&manager.save(&session).await.unwrap()).unwrap()
    };
    let before = save("").await;
    store.hook.0.store(true, Ordering::Relaxed);
    let after = save(&before).await;
    let session = manager.open([after.as_bytes()]).await.unwrap();
    assert_eq!(session.get::<String>("user").unwrap().as_deref(), Some("zoe"));
}
