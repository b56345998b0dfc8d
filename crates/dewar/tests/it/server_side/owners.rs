//! The sessions of a user.

use std::sync::Arc;

use dewar::error::SettingsError;
use dewar::settings::SessionLimit;
use dewar::store::{Memory, Trim};
use dewar::{ServerSide, SessionManager};

use super::{MINUTE, SECOND, Site};

async fn login_from(site: &Site, device: &str) -> String {
    let device = device.to_owned();
    site.visit("", move |session| {
        session.regenerate_id();
        session.insert_value("user", "zoe");
        session.set_owner("user:42");
        session.set_device(device.as_str(), "Lisbon");
    })
    .await
}

async fn devices(site: &Site) -> Vec<String> {
    let list = site.manager.sessions_of("user:42", None).await.unwrap();
    list.into_iter().map(|info| info.device.user_agent.to_string()).collect()
}

#[tokio::test]
async fn a_user_sees_their_sessions_and_ends_them() {
    let site = Site::new(|s| s);
    let phone = login_from(&site, "phone").await;
    site.pass(SECOND);
    let laptop = login_from(&site, "laptop").await;
    site.pass(SECOND);
    let tv = login_from(&site, "tv").await;
    let _ = site.visit("", |s| s.set_owner("user:43")).await;
    assert_eq!(devices(&site).await, ["phone", "laptop", "tv"]);

    let here = site.request(&laptop).await.session;
    let list = site.manager.sessions_of("user:42", Some(&here)).await.unwrap();
    assert_eq!(list.iter().map(|info| info.is_current).collect::<Vec<_>>(), [false, true, false]);
    assert!(!laptop.contains(&list[1].handle), "a handle is not an id");
    assert!(site.manager.end_session("user:42", &list[0].handle).await.unwrap());
    assert!(!site.manager.end_session("user:42", &list[0].handle).await.unwrap());
    assert!(!site.manager.end_session("user:43", &list[2].handle).await.unwrap(), "another user's");
    assert_eq!(site.user(&phone).await, None);

    assert_eq!(site.manager.end_sessions_of("user:42", Some(&here)).await.unwrap(), 1);
    assert_eq!((site.user(&tv).await, site.user(&laptop).await.as_deref()), (None, Some("zoe")));
    assert_eq!(site.manager.end_sessions_of("user:42", None).await.unwrap(), 1);
    assert_eq!(site.user(&laptop).await, None);
}

#[tokio::test]
async fn a_session_ended_from_another_device_is_not_revived_by_a_write_in_flight() {
    let site = Site::new(|s| s);
    let phone = login_from(&site, "phone").await;
    let slow = site.request(&phone).await;
    slow.session.insert_value("k", 1);
    let handle = site.manager.sessions_of("user:42", None).await.unwrap()[0].handle.clone();
    assert!(site.manager.end_session("user:42", &handle).await.unwrap());
    let _ = slow.end().await;
    assert_eq!((site.user(&phone).await, devices(&site).await.len()), (None, 0));
}

/// The client does not know it, and sends its old cookie.
#[tokio::test]
async fn a_user_whose_sessions_were_ended_can_log_in_again_at_once() {
    for end_all in [false, true] {
        let site = Site::new(|s| s);
        let phone = login_from(&site, "phone").await;
        if end_all {
            assert_eq!(site.manager.end_sessions_of("user:42", None).await.unwrap(), 1);
        } else {
            let handle = site.manager.sessions_of("user:42", None).await.unwrap()[0].handle.clone();
            assert!(site.manager.end_session("user:42", &handle).await.unwrap());
        }
        let again = site
            .visit(&phone, |session| {
                session.regenerate_id();
                session.insert_value("user", "zoe");
                session.set_owner("user:42");
            })
            .await;
        assert_ne!(again, phone);
        assert_eq!(site.user(&again).await.as_deref(), Some("zoe"), "end_all: {end_all}");
    }
}

#[tokio::test]
async fn last_seen_follows_use() {
    let site = Site::new(|s| s);
    let phone = login_from(&site, "phone").await;
    let began = site.now();
    site.pass(30 * MINUTE);
    let _ = site.user(&phone).await;
    let info = site.manager.sessions_of("user:42", None).await.unwrap().remove(0);
    assert_eq!((info.created, info.last_seen), (began, site.now()));
}

#[tokio::test]
async fn beyond_the_limit_the_oldest_session_ends() {
    let site = Site::new(|s| ServerSide {
        session_limit: Some(SessionLimit { sessions: 2, ends: Trim::Oldest }),
        ..s
    });
    let mut cookies = Vec::new();
    for device in ["phone", "laptop", "tv"] {
        cookies.push(login_from(&site, device).await);
        site.pass(SECOND);
    }
    assert_eq!(devices(&site).await, ["laptop", "tv"]);
    assert_eq!(site.user(&cookies[0]).await, None);
}

#[test]
fn a_limit_of_zero_sessions_is_refused() {
    for trim in [Trim::Oldest, Trim::Newest] {
        let session_limit = Some(SessionLimit { sessions: 0, ends: trim });
        let store = Arc::new(Memory::new());
        let refused =
            SessionManager::server_side(ServerSide { session_limit, ..ServerSide::new("shop", store) });
        assert_eq!(refused.unwrap_err(), SettingsError::NoSessionsAllowed);
    }
}

#[tokio::test]
async fn beyond_the_limit_the_newest_login_is_refused() {
    let site = Site::new(|s| ServerSide {
        session_limit: Some(SessionLimit { sessions: 2, ends: Trim::Newest }),
        ..s
    });
    let mut cookies = Vec::new();
    for device in ["phone", "laptop", "tv"] {
        let cookie = login_from(&site, device).await;
        let _ = site.visit(&cookie, |s| _ = s.is_empty()).await;
        cookies.push(cookie);
        site.pass(SECOND);
    }
    assert_eq!(devices(&site).await, ["phone", "laptop"]);
    assert_eq!(cookies[2], "", "no cookie for a login that was refused");
    // A change that does not concern the owner is not refused.
    let _ = site.visit(&cookies[0], |s| s.insert_value("k", 1)).await;
    assert_eq!(devices(&site).await.len(), 2);
}

#[tokio::test]
async fn labels_are_cut_and_cleaned() {
    let site = Site::new(|s| s);
    let _ = site
        .visit("", |session| {
            session.set_owner("user:42");
            session.set_device("é".repeat(200).as_str(), "a\r\nb\u{1b}[31m");
            session.insert_value("user", "zoe");
        })
        .await;
    let info = site.manager.sessions_of("user:42", None).await.unwrap().remove(0);
    assert_eq!(info.device.user_agent.to_string(), "é".repeat(127));
    assert_eq!(info.device.address, "a  b [31m");
}

/// Flask-Session's records store the owner among the data.
#[tokio::test]
async fn owners_in_flask_records() {
    let site = Site::flask(|s| s);
    let cookie = login_from(&site, "phone").await;
    assert_eq!(site.request(&cookie).await.session.get_value("_owner"), Some("user:42".into()));
    let _ = site.visit(&cookie, |s| s.insert_value("k", 1)).await;
    assert_eq!(site.manager.sessions_of("user:42", None).await.unwrap().len(), 1);
    assert_eq!(site.manager.end_sessions_of("user:42", None).await.unwrap(), 1);
    assert_eq!(site.user(&cookie).await, None);
}

/// The list was read, then the session got a new id: it is the session that is to end, not the id.
#[tokio::test]
async fn a_session_ended_from_another_device_ends_under_its_new_id_too() {
    let site = Site::new(|s| s);
    let phone = login_from(&site, "phone").await;
    let handle = site.manager.sessions_of("user:42", None).await.unwrap()[0].handle.clone();
    let slow = site.request(&phone).await;
    slow.session.regenerate_id();
    assert!(site.manager.end_session("user:42", &handle).await.unwrap());
    assert_eq!(super::held(&slow.end().await), None, "no new id for what has ended");
    assert_eq!((site.user(&phone).await, devices(&site).await.len()), (None, 0));
}

/// A long name is cut in the same way when it is stored and when it is looked up.
#[tokio::test]
async fn an_owner_with_a_name_that_is_cut_is_logged_out_everywhere() {
    for owner in ["o".repeat(300), "ä".repeat(200), "user:\t1".to_owned()] {
        let site = Site::new(|s| s);
        let cookie = site.visit("", |s| s.set_owner(owner.as_str())).await;
        let list = site.manager.sessions_of(&owner, None).await.unwrap();
        assert!(site.manager.end_session(&owner, &list[0].handle).await.unwrap());
        assert!(site.request(&cookie).await.session.is_new());
        site.visit("", |s| s.set_owner(owner.as_str())).await;
        assert_eq!(site.manager.end_sessions_of(&owner, None).await.unwrap(), 1);
    }
}

/// The list was read before the other device got a new id.
#[tokio::test]
async fn a_session_is_ended_by_its_handle_although_it_got_a_new_id_since() {
    let site = Site::new(|s| s);
    let phone = login_from(&site, "phone").await;
    let handle = site.manager.sessions_of("user:42", None).await.unwrap()[0].handle.clone();
    let phone = site.visit(&phone, dewar::Session::rotate_id).await;
    assert!(site.manager.end_session("user:42", &handle).await.unwrap());
    assert_eq!(site.user(&phone).await, None);
}

#[tokio::test]
async fn owners_with_long_names_are_not_mixed_up() {
    let site = Site::new(|s| s);
    let name = |end: &str| "o".repeat(300) + end;
    for end in ["a", "b"] {
        let _ = site.visit("", |s| s.set_owner(name(end))).await;
    }
    for (one, other) in [(name("a"), name("b")), ("ann\tx".into(), "ann x".into())] {
        let _ = site.visit("", |s| s.set_owner(one.as_str())).await;
        let listed = site.manager.sessions_of(&other, None).await.unwrap().len();
        let ended = site.manager.end_sessions_of(&one, None).await.unwrap();
        assert!(ended >= 1 && site.manager.sessions_of(&other, None).await.unwrap().len() == listed);
    }
}

/// A key prefix may have braces, to keep the sessions of a program together in a cluster.
#[tokio::test]
async fn a_flask_session_is_ended_by_its_handle_although_it_was_used_since() {
    let records = dewar::settings::FlaskRecords {
        key_prefix: "{shop}:session:".into(),
        ..dewar::settings::FlaskRecords::default()
    };
    let site = Site::flask(|s| ServerSide { records: dewar::settings::RecordFormat::Flask(records), ..s });
    let phone = login_from(&site, "phone").await;
    let handle = site.manager.sessions_of("user:42", None).await.unwrap()[0].handle.clone();
    site.pass(MINUTE);
    assert_eq!(site.user(&phone).await.as_deref(), Some("zoe"));
    assert!(site.manager.end_session("user:42", &handle).await.unwrap());
    assert_eq!(site.user(&phone).await, None);
}

#[tokio::test]
async fn a_short_id_for_logs_is_that_of_the_key_and_there_only_in_a_store() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let session = site.request(&cookie).await.session;
    let id = site.manager.fingerprint(&session).unwrap();
    assert_eq!(id, site.manager.store_key(&session).unwrap().fingerprint());
    assert!(id.len() == 8 && !cookie.contains(&id), "{id}");
    let unstored = site.request("").await.session;
    assert_eq!(site.manager.fingerprint(&unstored), None);
}
