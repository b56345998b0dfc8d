//! Two requests edit fields of what one value was inserted as: a struct stays whole, a map is merged.

use std::collections::BTreeMap;

use dewar::Session;
use dewar::value::Value;
use serde::{Deserialize, Serialize};

use super::Site;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Access {
    role: String,
    tenant: u32,
}

fn user() -> Access {
    Access { role: "user".to_owned(), tenant: 1 }
}

fn set(session: &Session, path: [&str; 2], value: impl Into<Value>) {
    session.edit(|data| {
        let [key, field] = path;
        let Some(Value::Map(map)) = data.get_mut(key) else { panic!("no {key}") };
        map.insert(field, value);
    });
}

/// What is there after one request made an admin of the user, and another one moved them to a tenant.
async fn after_both(site: &Site) -> Access {
    let cookie = site.visit("", |s| s.insert("access", user()).unwrap()).await;
    let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
    set(&a.session, ["access", "role"], "admin");
    set(&b.session, ["access", "tenant"], 2);
    let _ = (a.end().await, b.end().await);
    site.request(&cookie).await.session.get("access").unwrap().unwrap()
}

#[tokio::test]
async fn fields_that_two_requests_set_are_never_mixed() {
    let site = Site::new(|s| s);
    assert_eq!(after_both(&site).await, Access { tenant: 2, ..user() });
    // Flask's records do not say that it was a struct.
    assert_eq!(after_both(&Site::flask(|s| s)).await, Access { role: "admin".to_owned(), tenant: 2 });
}

#[tokio::test]
async fn a_struct_that_is_inserted_is_known_in_any_format() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.visit("", |s| s.insert("access", user()).unwrap()).await;
        let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
        a.session.insert("access", Access { role: "admin".to_owned(), ..user() }).unwrap();
        b.session.insert("access", Access { tenant: 2, ..user() }).unwrap();
        let _ = (a.end().await, b.end().await);
        let after = site.request(&cookie).await.session.get::<Access>("access").unwrap();
        assert_eq!(after, Some(Access { tenant: 2, ..user() }));
    }
}

#[tokio::test]
async fn a_map_is_merged_key_by_key_also_within_a_map() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cart = BTreeMap::from([("shoes".to_owned(), BTreeMap::from([("size".to_owned(), 41)]))]);
        let cookie = site.visit("", |s| s.insert("cart", &cart).unwrap()).await;
        let (a, b) = (site.request(&cookie).await, site.request(&cookie).await);
        set(&a.session, ["cart", "socks"], 1);
        b.session.edit(|data| {
            let Some(Value::Map(cart)) = data.get_mut("cart") else { panic!("no cart") };
            let Some(Value::Map(shoes)) = cart.get_mut("shoes") else { panic!("no shoes") };
            shoes.insert("size", 42);
        });
        let _ = (a.end().await, b.end().await);
        let after =
            site.request(&cookie).await.session.get::<BTreeMap<String, Value>>("cart").unwrap().unwrap();
        let shoes = Value::Map([("size", 42)].into());
        assert_eq!(after, BTreeMap::from([("shoes".to_owned(), shoes), ("socks".to_owned(), 1.into())]));
    }
}

#[tokio::test]
async fn what_two_requests_put_into_a_list_counts() {
    for site in [Site::new(|s| s), Site::flask(|s| s)] {
        let cookie = site.visit("", |s| s.insert("cart", vec!["shoes", "socks"]).unwrap()).await;
        let requests =
            [site.request(&cookie).await, site.request(&cookie).await, site.request(&cookie).await];
        let carts = [&["shoes", "socks", "hat"][..], &["socks"], &["shoes", "socks", "belt"]];
        for (request, cart) in requests.iter().zip(carts) {
            request.session.insert("cart", cart).unwrap();
        }
        for request in &requests {
            let _ = request.end().await;
        }
        let after = site.request(&cookie).await.session.get::<Vec<String>>("cart").unwrap().unwrap();
        assert_eq!(after, ["socks", "hat", "belt"], "three requests at once, too");
    }
}
