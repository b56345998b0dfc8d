//! A session begins, changes and ends.

use axum::routing::any;
use dewar::Session;

use super::app::{app, ask, both, cookie_of, pair, set_cookies, who};

#[tokio::test]
async fn what_is_set_after_destroy_is_not_stored() {
    let page = any(|session: Session| async move {
        session.destroy();
        session.insert_value("user", "back again");
        session.insert("role", "admin").unwrap();
        session.update("n", |n: Option<u8>| n.unwrap_or(0)).unwrap();
        session.edit(|data| data.insert("user", "back again"));
        session.flash("hello", "message");
        session.set_permanent(true);
        session.regenerate_id();
        session.mark_modified();
    });
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let response = ask(app(settings.clone(), page.clone()), &[&cookie]).await;
        let [line] = set_cookies(&response)[..] else { panic!("one removal") };
        assert!(line.contains("Max-Age=0"), "{line}");
        let after = pair(&response).unwrap();
        assert_eq!(who(&settings, &after).await, "");
    }
}

#[tokio::test]
async fn what_is_set_after_clear_is_all_that_is_stored() {
    let page = any(|session: Session| async move {
        session.clear();
        session.insert_value("theme", "dark");
    });
    for settings in both() {
        let cookie = cookie_of(&settings).await;
        let cookie = pair(&ask(app(settings.clone(), page.clone()), &[&cookie]).await).unwrap();
        assert_eq!(who(&settings, &cookie).await, "");
        let theme = any(|session: Session| async move { session.get::<String>("theme").unwrap().unwrap() });
        assert_eq!(ask(app(settings, theme), &[&cookie]).await.body(), "dark");
    }
}

/// Session fixation: a planted cookie is not adopted at a login, but replaced.
#[tokio::test]
async fn login_gives_a_new_cookie() {
    let page = any(|session: Session| async move {
        session.regenerate_id();
        session.insert_value("user", "zoe");
    });
    for settings in both() {
        let planted = format!("{}=planted", settings.cookie.name);
        let cookie = pair(&ask(app(settings.clone(), page.clone()), &[&planted]).await).unwrap();
        assert_ne!(cookie, planted);
        assert_eq!(who(&settings, &cookie).await, "zoe");
        assert_eq!(who(&settings, &planted).await, "");
    }
}
