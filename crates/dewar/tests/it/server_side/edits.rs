//! What counts as a change: a value that would be written differently.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use dewar::error::ErrorKind;
use dewar::value::{Map, Value};

use super::Site;

fn nan() -> Value {
    Value::List(vec![Value::Float(f64::NAN)])
}

#[tokio::test]
async fn an_edit_leaves_the_value_of_another_request_alone_even_if_the_old_one_was_nan() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site
            .visit("", |s| {
                s.insert_value("stats", nan());
                s.insert_value("cart", Value::List(vec![]));
            })
            .await;
        let a = site.request(&cookie).await;
        site.visit(&cookie, |b| b.insert_value("stats", 7)).await;
        a.session.edit(|data| {
            let Some(Value::List(cart)) = data.get_mut("cart") else { panic!("no cart") };
            cart.push(1.into());
        });
        let _ = a.end().await;
        let after = site.request(&cookie).await.session;
        assert_eq!(after.get_value("stats"), Some(7.into()));
        assert_eq!(after.get_value("cart"), Some(Value::List(vec![1.into()])));
    }
}

#[tokio::test]
async fn an_edit_that_changes_nothing_writes_nothing_and_sets_no_cookie() {
    let data = Map::from([
        ("nan", nan()),
        ("map", Value::Map(Map::from([("a", 1), ("b", 2)]))),
        ("pairs", Value::Pairs(vec![(1.into(), nan())])),
    ]);
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.visit("", |s| s.edit(|stored| *stored = data.clone())).await;
        let before = site.stored().await;
        let request = site.request(&cookie).await;
        request.session.edit(|data| {
            let nan = data.remove("nan").unwrap();
            data.insert("nan", nan);
        });
        assert!(!request.session.is_modified());
        let reply = request.end().await;
        assert_eq!(reply.set_cookie(), None);
        assert_eq!(site.stored().await, before);
    }
}

#[tokio::test]
async fn a_value_that_is_equal_but_written_differently_is_a_change() {
    let map = |keys: [&str; 2]| Value::Map(keys.into_iter().map(|key| (key, 1)).collect());
    for (old, new) in [
        (Value::Float(0.0), Value::Float(-0.0)),
        (Value::Int(1), Value::Float(1.0)),
        (Value::List(vec![]), Value::Tuple(vec![])),
        (map(["a", "b"]), map(["b", "a"])),
    ] {
        let site = Site::new(|s| s);
        let cookie = site.visit("", |s| s.insert_value("k", old)).await;
        site.visit(&cookie, |s| s.edit(|data| _ = data.insert("k", new.clone()))).await;
        let stored = site.request(&cookie).await.session.get_value("k").unwrap();
        assert_eq!(format!("{stored:?}"), format!("{new:?}"));
    }
}

#[tokio::test]
async fn an_edit_that_panics_changes_nothing() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let request = site.request(&cookie).await;
    request.session.insert_value("before", 1);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        request.session.edit(|data| {
            data.insert("half", 1);
            data.remove("user");
            panic!("in the middle");
        })
    }));
    assert!(panicked.is_err());
    let panicked =
        catch_unwind(AssertUnwindSafe(|| request.session.update("n", |_: Option<i64>| -> i64 { panic!() })));
    assert!(panicked.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| request.session.read(|_| panic!())));
    assert!(panicked.is_err());
    request.session.insert_value("after", 1);
    let _ = request.end().await;
    let after = site.request(&cookie).await.session;
    let keys: Vec<String> = after.keys().iter().map(ToString::to_string).collect();
    assert_eq!(keys, ["user", "before", "after"]);
}

/// An update that panics when it runs again, on what another request wrote.
#[tokio::test]
async fn an_update_that_panics_in_a_save_leaves_everything_to_the_next_save() {
    let site = Site::new(|s| s);
    let cookie = site.login().await;
    let request = site.request(&cookie).await;
    request.session.insert_value("a", 1);
    request
        .session
        .update("n", |n: Option<i64>| if n == Some(13) { panic!("unlucky") } else { n.unwrap_or(0) + 1 })
        .unwrap();
    site.visit(&cookie, |s| s.insert_value("n", 13)).await;
    let saving = tokio::spawn({
        let (manager, session) = (site.manager.clone(), request.session.clone());
        async move { manager.save(&session).await }
    });
    assert!(saving.await.unwrap_err().is_panic());
    site.visit(&cookie, |s| s.insert_value("n", 20)).await;
    let _ = request.end().await;
    let after = site.request(&cookie).await.session;
    assert_eq!((after.get_value("a"), after.get_value("n")), (Some(1.into()), Some(21.into())));
}

#[tokio::test]
async fn the_error_names_key_and_place_of_a_value_that_the_format_cannot_store() {
    let site = Site::flask(|s| s);
    let session = site.request("").await.session;
    let huge = Value::BigInt("9".repeat(40).parse().unwrap());
    session.insert_value("fine", 1);
    session.insert_value("cart", Value::List(vec![1.into(), Value::Map(Map::from([("price", huge)]))]));
    let error = site.manager.save(&session).await.unwrap_err();
    assert_eq!(*error.kind(), ErrorKind::NotStorable { key: Some("cart".to_owned()) });
    assert!(error.to_string().contains("\"cart\""));
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert!(why.starts_with("the key \"cart\", in [1][\"price\"]: an integer"), "{why}");
}

/// A `HashSet` is another list each time it is written: nothing that three requests add to it or remove from it is lost.
#[tokio::test]
async fn a_set_without_an_order_keeps_what_each_request_did() {
    type Change = fn(&mut HashSet<u32>);
    let changes: [Change; 3] =
        [|set| _ = set.insert(10), |set| set.retain(|n| *n > 1), |set| set.extend([10, 11])];
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        for _ in 0..20 {
            let cookie = site.visit("", |s| s.insert("set", HashSet::from([0, 1, 2, 3, 4])).unwrap()).await;
            let mut requests = Vec::new();
            for change in changes {
                let request = site.request(&cookie).await;
                let mut set: HashSet<u32> = request.session.get("set").unwrap().unwrap();
                change(&mut set);
                request.session.insert("set", set).unwrap();
                requests.push(request);
            }
            for request in &requests {
                let _ = request.end().await;
            }
            let mut set: Vec<u32> = site.request(&cookie).await.session.get("set").unwrap().unwrap();
            set.sort_unstable();
            assert_eq!(set, [2, 3, 4, 10, 11]);
        }
    }
}
