//! No lost update.

use dewar::value::Value;

use super::Site;

#[tokio::test]
async fn changes_of_parallel_requests_to_different_keys_are_both_stored() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.login().await;
        let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
        a.session.insert_value("a", 1);
        b.session.insert_value("b", 2);
        b.session.remove("user");
        let _ = (a.end().await, b.end().await);
        let after = site.request(&cookie).await.session;
        assert_eq!((after.get_value("a"), after.get_value("b")), (Some(1.into()), Some(2.into())));
        assert!(!after.contains("user"), "a removal is a change like any other");
    }
}

#[tokio::test]
async fn a_counter_in_update_counts_every_request() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.login().await;
        let mut requests = Vec::new();
        for _ in 0..16 {
            requests.push(site.request(&cookie).await);
        }
        for request in &requests {
            request.session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap();
            request.session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap();
        }
        for request in &requests {
            let _ = request.end().await;
        }
        assert_eq!(site.request(&cookie).await.session.get::<i64>("n").unwrap(), Some(32));
    }
}

#[tokio::test]
async fn of_two_requests_that_change_one_key_the_later_save_wins_even_with_a_removal() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", |s| s.insert_value("k", "before")).await;
    let (first, second, third) =
        (site.request(&cookie).await, site.request(&cookie).await, site.request(&cookie).await);
    first.session.insert_value("k", "first");
    second.session.insert_value("k", "second");
    third.session.insert_value("k", "third");
    third.session.remove("k");
    let _ = (first.end().await, second.end().await);
    assert_eq!(site.request(&cookie).await.session.get_value("k"), Some("second".into()));
    let _ = third.end().await;
    assert_eq!(site.request(&cookie).await.session.get_value("k"), None);
}

#[tokio::test]
async fn a_request_that_leaves_a_key_as_it_was_changes_nothing_there() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", |s| s.insert_value("old", "before")).await;
    let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
    a.session.insert_value("old", "after");
    a.session.insert_value("new", "after");
    b.session.insert_value("old", "before");
    b.session.insert_value("new", "for a moment");
    b.session.remove("new");
    let _ = (a.end().await, b.end().await);
    let after = site.request(&cookie).await.session;
    assert_eq!(
        (after.get_value("old"), after.get_value("new")),
        (Some("after".into()), Some("after".into()))
    );
}

#[tokio::test]
async fn nested_edits_are_found_by_comparing_and_merged_key_by_key() {
    let site = Site::new(|s| s);
    let cookie = site.visit("", |s| s.insert_value("cart", Value::List(vec![1.into()]))).await;
    let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
    a.session.edit(|data| {
        let Some(Value::List(cart)) = data.get_mut("cart") else { panic!("no cart") };
        cart.push(2.into());
    });
    b.session.insert_value("theme", "dark");
    let _ = (b.end().await, a.end().await);
    let after = site.request(&cookie).await.session;
    assert_eq!(after.get_value("cart"), Some(Value::List(vec![1.into(), 2.into()])));
    assert_eq!(after.get_value("theme"), Some("dark".into()));
}

/// One request removes the last key while another sets one: the session stays.
#[tokio::test]
async fn a_session_that_one_request_empties_and_another_fills_is_not_removed() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.visit("", |s| s.insert_value("a", 1)).await;
        let (emptying, filling) = (site.request(&cookie).await, site.request(&cookie).await);
        emptying.session.remove("a");
        filling.session.insert_value("b", 2);
        let _ = (filling.end().await, emptying.end().await);
        let after = site.request(&cookie).await.session;
        assert_eq!((after.contains("a"), after.get_value("b")), (false, Some(2.into())));
        // The request that removes the last key ends the session.
        let removed = site.visit(&cookie, |s| _ = s.remove("b")).await;
        assert_eq!(removed, "", "its cookie is removed");
        assert!(site.request(&cookie).await.session.is_new());
    }
}

#[tokio::test]
async fn permanence_owner_and_labels_are_merged_like_keys() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let (a, b, c) = (site.request(&cookie).await, site.request(&cookie).await, site.request(&cookie).await);
    a.session.set_permanent(true);
    b.session.set_owner("user:42");
    b.session.set_device("Firefox", "Lisbon");
    c.session.insert_value("k", 1);
    let _ = (a.end().await, c.end().await, b.end().await);
    let after = site.request(&cookie).await.session;
    assert!(after.is_permanent() && after.contains("k"));
    assert_eq!(after.owner().unwrap(), "user:42");
    let list = site.manager.sessions_of("user:42", Some(&after)).await.unwrap();
    assert_eq!((list[0].device.user_agent.to_string(), list[0].is_current), ("Firefox".to_owned(), true));
}

/// A program may save, go on, and save again: what was saved is not done twice.
#[tokio::test]
async fn an_update_counts_once_although_its_session_is_saved_twice() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let request = site.request(&cookie).await;
    request.session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap();
    let _ = (request.end().await, request.end().await);
    request.session.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap();
    let _ = request.end().await;
    assert_eq!(site.request(&cookie).await.session.get::<i64>("n").unwrap(), Some(2));
}
