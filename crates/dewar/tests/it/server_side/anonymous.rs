//! A visitor without data costs the store nothing.

use super::{Site, held};

#[tokio::test]
async fn a_visit_that_stores_nothing_makes_no_record_and_sets_no_cookie() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        for cookie in ["", "__Host-session=x", "session=../../etc/passwd", "theme=dark"] {
            let request = site.request(cookie).await;
            assert!(request.session.is_new() && request.session.get::<String>("user").unwrap().is_none());
            assert_eq!(held(&request.end().await), None, "{cookie}");
        }
        assert_eq!(site.entries().await, 0);
    }
}

#[tokio::test]
async fn what_is_set_and_removed_again_is_not_stored() {
    let site = Site::new(|s| s);
    let request = site.request("").await;
    request.session.insert_value("a", 1);
    request.session.remove("a");
    assert_eq!((held(&request.end().await), site.entries().await), (None, 0));
}

/// An id that a client chose or copied is never adopted.
#[tokio::test]
async fn an_id_that_the_store_does_not_hold_is_never_adopted() {
    let chosen = "A".repeat(45);
    for (site, name) in [(Site::new(|s| s), "__Host-session"), (Site::flask(|s| s), "session")] {
        let cookie = format!("{name}={chosen}");
        let given = site.visit(&cookie, |session| session.insert_value("user", "zoe")).await;
        assert_ne!(given, cookie);
        assert_eq!(site.user(&cookie).await, None);
        assert_eq!(site.user(&given).await.as_deref(), Some("zoe"));
    }
}

#[tokio::test]
async fn logging_out_without_a_session_asks_the_store_for_nothing() {
    let site = Site::new(|s| s);
    let request = site.request("").await;
    request.session.destroy();
    assert_eq!(held(&request.end().await), None);
    let request = site.request("__Host-session=stale").await;
    request.session.destroy();
    assert_eq!(held(&request.end().await).as_deref(), Some(""), "the client removes an unknown id");
    assert_eq!(site.entries().await, 0);
}
