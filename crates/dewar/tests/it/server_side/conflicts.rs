//! Two requests changed the same key and cannot be merged: which one wins, what is counted, and what is refused.

use dewar::error::{Error, ErrorKind};
use dewar::settings::{OnConflict, OnEnded};
use dewar::value::Value;
use dewar::{ServerSide, Session};

use super::{Site, held};
use crate::counters::Counters;

fn sites(settings: impl Fn(ServerSide) -> ServerSide) -> [Site; 2] {
    [Site::new(&settings), Site::flask(&settings)]
}

fn refusing(settings: ServerSide) -> ServerSide {
    ServerSide { on_conflict: OnConflict::Refuse, on_ended: OnEnded::Refuse, ..settings }
}

/// A visitor with a number.
async fn visitor(site: &Site) -> String {
    let fill = |session: &Session| {
        session.insert_value("n", 1);
        session.insert_value("lang", "en");
    };
    site.visit("", fill).await
}

/// What a program does whose author does not know `update`.
fn count(session: &Session) {
    let n: i64 = session.get("n").unwrap().unwrap_or(0);
    session.insert_value("n", n + 1);
}

async fn value(site: &Site, cookie: &str, key: &str) -> Option<Value> {
    site.request(cookie).await.session.get_value(key)
}

fn keys(error: &Error) -> Vec<String> {
    match error.kind() {
        ErrorKind::Conflict { keys } => keys.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_overwritten_value_is_counted_if_it_was_read() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let counters = Counters::default();
    let overwritten = || counters.value("dewar_session_events_total", "overwritten");
    metrics::with_local_recorder(&counters, || {
        runtime.block_on(async {
            for site in sites(|s| s) {
                let before = overwritten();
                let cookie = visitor(&site).await;
                let handlers: [fn(&Session); 4] = [
                    |s| s.insert_value("n", 5),
                    |s| _ = s.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap(),
                    |s| s.edit(|data| _ = data.insert("n", 6)),
                    |s| _ = s.remove("n"),
                ];
                for handler in handlers {
                    let request = site.request(&cookie).await;
                    handler(&request.session);
                    let _ = site.visit(&cookie, |s| s.insert_value("n", 77)).await;
                    let _ = request.end().await;
                }
                assert_eq!(overwritten(), before, "nothing was read");
                let (first, second) = (site.request(&cookie).await, site.request(&cookie).await);
                count(&first.session);
                second.session.insert_value("m", second.session.contains("m"));
                count(&second.session);
                second.session.insert_value("n", 9);
                first.session.insert_value("m", 1);
                let _ = (first.end().await, second.end().await);
                assert_eq!(overwritten(), before + 2);
                assert_eq!(value(&site, &cookie, "n").await, Some(9.into()), "the later write wins");
            }
        });
    });
}

#[tokio::test]
async fn a_refused_conflict_stores_nothing_and_a_retry_of_the_request_counts() {
    for site in sites(refusing) {
        let cookie = visitor(&site).await;
        let (first, second) = (site.request(&cookie).await, site.request(&cookie).await);
        count(&first.session);
        count(&second.session);
        second.session.insert_value("seen", true);
        let _ = first.end().await;
        let refused = site.manager.save(&second.session).await.unwrap_err();
        assert_eq!((refused.status(), keys(&refused)), (409, vec!["n".to_owned()]));
        assert!(refused.to_string().contains("update()"), "{refused}");
        assert_eq!(refused.set_cookies().count(), 0);
        assert_eq!(value(&site, &cookie, "seen").await, None);
        assert_eq!(second.session.get_value("n"), Some(2.into()), "as it was");
        let again = site.manager.save(&second.session).await.unwrap_err();
        assert_eq!(keys(&again), ["n"], "the same session remains in conflict");
        let _ = site.visit(&cookie, count).await;
        assert_eq!(value(&site, &cookie, "n").await, Some(3.into()));
    }
}

/// Equal items count once, so a second one in the cart is lost: it is reported as a conflict, like a counter.
#[tokio::test]
async fn an_equal_item_that_both_appended_is_a_conflict_if_the_list_was_read() {
    let add = |session: &Session, item: &str| {
        let mut cart: Vec<String> = session.get("cart").unwrap().unwrap_or_default();
        cart.push(item.to_owned());
        session.insert("cart", cart).unwrap();
    };
    for site in sites(refusing) {
        for (item, is_refused) in [("shoes", true), ("socks", false)] {
            let cookie = visitor(&site).await;
            let (first, second) = (site.request(&cookie).await, site.request(&cookie).await);
            add(&first.session, "shoes");
            add(&second.session, item);
            let _ = first.end().await;
            let saved = site.manager.save(&second.session).await;
            assert_eq!(
                saved.err().map(|refused| keys(&refused)),
                is_refused.then(|| vec!["cart".to_owned()]),
                "{item}"
            );
        }
    }
}

#[tokio::test]
async fn blind_writes_and_computed_ones_are_never_refused() {
    for site in sites(refusing) {
        let cookie = visitor(&site).await;
        let requests = [(); 3].map(|()| site.request(&cookie));
        let mut open = Vec::new();
        for request in requests {
            open.push(request.await);
        }
        open[0].session.insert_value("theme", "light");
        open[1].session.insert_value("theme", "dark");
        for request in &open {
            assert!(request.session.get::<i64>("n").unwrap().is_some());
            request.session.modify("n", |n: &mut i64| *n += 1).unwrap();
        }
        for request in &open {
            let _ = request.end().await;
        }
        assert_eq!(value(&site, &cookie, "n").await, Some(4.into()));
        assert_eq!(value(&site, &cookie, "theme").await, Some("dark".into()));
    }
}

/// A login with an id that is in use is a request like any other. One whose id has ended is not refused: what it read was another session.
#[tokio::test]
async fn a_login_is_refused_only_while_its_id_is_in_use() {
    let site = Site::new(refusing);
    let log_in = |session: &Session| {
        session.regenerate_id();
        session.set_owner("zoe");
        count(session);
    };
    let cookie = visitor(&site).await;
    let (login, double_click) = (site.request(&cookie).await, site.request(&cookie).await);
    log_in(&login.session);
    let _ = site.visit(&cookie, count).await;
    let refused = site.manager.save(&login.session).await.unwrap_err();
    assert_eq!(keys(&refused), ["n"]);
    let first = site.visit(&cookie, log_in).await;
    assert_eq!(value(&site, &first, "n").await, Some(3.into()), "sent again");
    log_in(&double_click.session);
    let second = held(&double_click.end().await).unwrap();
    assert_eq!(value(&site, &second, "n").await, Some(2.into()), "the later write wins");
    assert_eq!(value(&site, &first, "n").await, Some(3.into()), "the first one is left alone");
}

/// Another request logs somebody in without a new id: what was read and changed before belongs to nobody that is there now.
#[tokio::test]
async fn what_was_changed_for_another_owner_is_dropped() {
    for site in sites(|s| s) {
        let cookie = visitor(&site).await;
        let (slow, same, other) =
            (site.request(&cookie).await, site.request(&cookie).await, site.request(&cookie).await);
        let _ = site.visit(&cookie, |s| s.set_owner("zoe")).await;
        slow.session.insert_value("k", "anonymous");
        same.session.set_owner("zoe");
        same.session.insert_value("k", "zoe's");
        other.session.set_owner("ann");
        other.session.insert_value("k", "ann's");
        for (request, expected) in [(slow, None), (same, Some("zoe's".into())), (other, Some("zoe's".into()))]
        {
            let _ = request.end().await;
            assert_eq!(value(&site, &cookie, "k").await, expected);
            assert_eq!(site.request(&cookie).await.session.owner().unwrap(), "zoe");
        }
        let gone = site.request(&cookie).await;
        gone.session.insert_value("k", "zoe's own");
        let _ = site.visit(&cookie, Session::clear_owner).await;
        let _ = gone.end().await;
        assert_eq!(value(&site, &cookie, "k").await, Some("zoe's".into()), "it has no owner by now");
    }
}

#[tokio::test]
async fn that_another_owner_has_the_session_is_told_like_its_end() {
    for site in sites(refusing) {
        let cookie = visitor(&site).await;
        let slow = site.request(&cookie).await;
        slow.session.insert_value("k", 1);
        let only_read = site.request(&cookie).await;
        assert!(only_read.session.contains("n"));
        let _ = site.visit(&cookie, |s| s.set_owner("zoe")).await;
        let refused = site.manager.save(&slow.session).await.unwrap_err();
        assert_eq!((refused.kind(), refused.status()), (&ErrorKind::Ended, 409));
        assert!(refused.to_string().contains("owner"), "{refused}");
        let _ = only_read.end().await;
        assert_eq!(value(&site, &cookie, "k").await, None);
    }
}

/// It begins with its own changes alone, and leaves the other one's session as it is.
#[tokio::test]
async fn a_login_in_a_session_that_is_somebody_else_s_by_now_begins_another() {
    for site in sites(refusing) {
        let cookie = visitor(&site).await;
        let login = site.request(&cookie).await;
        let _ = site
            .visit(&cookie, |s| {
                s.set_owner("zoe");
                s.insert_value("secret", 1);
            })
            .await;
        login.session.regenerate_id();
        login.session.set_owner("ann");
        login.session.insert_value("user", "ann");
        let begun = held(&login.end().await).unwrap();
        assert_ne!(begun, cookie);
        let anns = site.request(&begun).await.session;
        assert_eq!(
            (anns.get_value("user"), anns.get_value("secret"), anns.get_value("n")),
            (Some("ann".into()), None, None)
        );
        let zoes = site.request(&cookie).await.session;
        assert_eq!((zoes.get_value("user"), zoes.owner().unwrap()), (None, "zoe".into()));
    }
}
