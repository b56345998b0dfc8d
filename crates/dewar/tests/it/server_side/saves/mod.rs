//! Saves of one session that overlap with its changes, with other requests and with one another: what is saved is kept apart
//! from what is changed later.

mod gate;
mod model;

use dewar::Session;

use self::gate::{Outcome, Stepped};
use super::held;

fn add(session: &Session, key: &'static str) {
    session.update(key, |n: Option<i64>| n.unwrap_or(0) + 1).unwrap();
}

#[tokio::test]
async fn a_counter_counts_once_although_something_else_changed_while_it_was_saved() {
    for is_flask in [false, true] {
        let mut stepped = Stepped::new(is_flask).await;
        add(&stepped.session, "n");
        assert!(stepped.begin().is_none(), "it waits for the store");
        stepped.session.insert_value("late", 1);
        let _ = stepped.end(Outcome::Done).unwrap().unwrap();
        assert!(stepped.session.is_modified(), "the late change is still to be saved");
        // Another request counts, too, so that the second save has to apply its changes again.
        stepped.site.visit(&stepped.cookie, |session| add(session, "n")).await;
        let _ = stepped.save();
        assert_eq!(stepped.value("n").await, Some(2.into()));
        assert_eq!(stepped.value("late").await, Some(1.into()));
        assert!(!stepped.session.is_modified());
    }
}

#[tokio::test]
async fn a_second_save_does_not_overwrite_what_another_request_wrote_after_the_first() {
    for is_flask in [false, true] {
        let mut stepped = Stepped::new(is_flask).await;
        stepped.session.insert_value("theme", "light");
        assert!(stepped.begin().is_none(), "it waits for the store");
        stepped.session.insert_value("late", 1);
        let _ = stepped.end(Outcome::Done).unwrap().unwrap();
        stepped.site.visit(&stepped.cookie, |session| session.insert_value("theme", "dark")).await;
        let _ = stepped.save();
        assert_eq!(stepped.value("theme").await, Some("dark".into()));
        assert_eq!(stepped.session.get_value("theme"), Some("dark".into()));
    }
}

#[tokio::test]
async fn after_a_save_that_failed_everything_is_saved_by_the_next() {
    let mut stepped = Stepped::new(false).await;
    stepped.session.insert_value("n", 10);
    stepped.session.set_owner("user:1");
    stepped.session.set_permanent(true);
    assert!(stepped.begin().is_none(), "it waits for the store");
    add(&stepped.session, "n");
    stepped.session.set_device("Firefox", "Lisbon");
    stepped.end(Outcome::Failed).unwrap().unwrap_err();
    stepped.site.visit(&stepped.cookie, |session| session.insert_value("n", 100)).await;
    let _ = stepped.save();
    // Counted on from the 10 that this request set itself, not from the other's 100.
    assert_eq!(stepped.value("n").await, Some(11.into()));
    let after = stepped.site.request(&stepped.cookie).await.session;
    assert!(after.is_permanent());
    let list = stepped.site.manager.sessions_of("user:1", None).await.unwrap();
    assert_eq!(list.iter().map(|info| info.device.address.to_string()).collect::<Vec<_>>(), ["Lisbon"]);
}

#[tokio::test]
async fn a_save_that_was_dropped_is_like_one_that_failed() {
    let mut stepped = Stepped::new(false).await;
    add(&stepped.session, "n");
    assert!(stepped.begin().is_none(), "it waits for the store");
    stepped.saves.clear();
    let _ = stepped.save();
    assert_eq!(stepped.value("n").await, Some(1.into()));
}

#[tokio::test]
async fn a_logout_during_a_save_is_done_by_the_next() {
    for is_flask in [false, true] {
        let mut stepped = Stepped::new(is_flask).await;
        stepped.session.insert_value("a", 1);
        assert!(stepped.begin().is_none(), "it waits for the store");
        stepped.session.destroy();
        let _ = stepped.end(Outcome::Done).unwrap().unwrap();
        assert!(stepped.session.is_modified());
        let _ = stepped.save();
        assert!(stepped.site.request(&stepped.cookie).await.session.is_new());
        let _ = stepped.save();
    }
}

#[tokio::test]
async fn what_is_cleared_during_a_save_is_cleared_by_the_next_whatever_others_put_in() {
    for is_flask in [false, true] {
        let mut stepped = Stepped::new(is_flask).await;
        stepped.session.insert_value("a", 1);
        assert!(stepped.begin().is_none(), "it waits for the store");
        stepped.session.clear();
        stepped.session.insert_value("b", 2);
        let _ = stepped.end(Outcome::Done).unwrap().unwrap();
        stepped.site.visit(&stepped.cookie, |session| session.insert_value("c", 3)).await;
        let _ = stepped.save();
        let after = stepped.site.request(&stepped.cookie).await.session;
        let keys: Vec<String> = after.keys().iter().map(ToString::to_string).collect();
        assert_eq!(keys.iter().filter(|key| !key.starts_with('_')).collect::<Vec<_>>(), ["b"]);
    }
}

#[tokio::test]
async fn a_new_id_that_was_asked_for_during_a_save_is_given_by_the_next() {
    for is_flask in [false, true] {
        let mut stepped = Stepped::new(is_flask).await;
        stepped.session.insert_value("a", 1);
        assert!(stepped.begin().is_none(), "it waits for the store");
        stepped.session.regenerate_id();
        let _ = stepped.end(Outcome::Done).unwrap().unwrap();
        let cookie = held(&stepped.save()).unwrap();
        assert_ne!(cookie, stepped.cookie);
        assert_eq!(stepped.site.request(&cookie).await.session.get_value("a"), Some(1.into()));
        assert!(!stepped.session.is_modified());
    }
}

#[tokio::test]
async fn an_owner_and_a_permanence_set_during_a_save_are_not_reported_before_they_are_stored() {
    let mut stepped = Stepped::new(false).await;
    stepped.session.insert_value("a", 1);
    assert!(stepped.begin().is_none(), "it waits for the store");
    stepped.session.set_owner("user:1");
    stepped.session.set_permanent(true);
    let reply = stepped.end(Outcome::Done).unwrap().unwrap();
    assert_eq!(reply.set_cookie(), None, "the record says that it ends with the browser");
    assert!(stepped.site.manager.sessions_of("user:1", None).await.unwrap().is_empty());
    let reply = stepped.save();
    assert!(reply.set_cookie().unwrap().contains("Expires="));
    assert_eq!(stepped.site.manager.sessions_of("user:1", None).await.unwrap().len(), 1);
}

/// Two tasks that have clones of it; each waits to be woken.
#[tokio::test]
async fn a_session_that_two_tasks_save_at_once_counts_once_and_is_created_once() {
    for is_flask in [false, true] {
        let stepped = Stepped::new(is_flask).await;
        let session = stepped.slow.request("").await.session;
        add(&session, "n");
        let save = || {
            let (manager, session) = (stepped.slow.manager.clone(), session.clone());
            tokio::spawn(async move { manager.save(&session).await })
        };
        let before = stepped.site.entries().await;
        let (first, second) = (save(), save());
        for _ in 0..8 {
            tokio::task::yield_now().await;
        }
        stepped.outcomes.lock().unwrap().extend([Outcome::Done; 4]);
        let replies = [first.await.unwrap().unwrap(), second.await.unwrap().unwrap()];
        let mut cookies: Vec<String> = replies.iter().filter_map(held).collect();
        // Flask-Session sets the cookie of a permanent session each time.
        cookies.dedup();
        assert_eq!((cookies.len(), stepped.site.entries().await), (1, before + 1));
        assert_eq!(stepped.site.request(&cookies[0]).await.session.get_value("n"), Some(1.into()));
    }
}
