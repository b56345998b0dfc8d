//! `dewar sessions show`.

use dewar::value::{Map, Value};

use super::{Shop, places, sessions};

#[test]
fn a_session_is_shown_without_its_values_unless_they_are_asked_for() {
    for place in places() {
        let shop = Shop::at(&place.url);
        let data = [("cart", "chocolate"), ("csrf_token", "4711-swordfish"), ("Api-Key", "swordfish")];
        let cookie = shop.log_in_with("user:1", "Firefox", &data);
        let tokens: Map = [("access_token", "swordfish"), ("scope", "profile")].into_iter().collect();
        let devices =
            vec![Value::from(1), Value::Map([("otp", "swordfish")].into_iter().collect()), Value::Null];
        shop.insert(&cookie, "provider", Value::Map(tokens));
        shop.insert(&cookie, "devices", Value::List(devices));
        let handle = shop.handles("user:1")[0].0.clone();
        let id = cookie.split_once('=').unwrap().1;
        let show = |args: &[&str]| sessions(&place.url, "show", &[&[handle.as_str()], args].concat());
        let plain = show(&[]);
        assert_eq!((plain.code, plain.err.as_str()), (Some(0), ""), "{plain:?}");
        for words in
            [&handle, "user:1", "Firefox", "Lisbon", "created", "expires", "cart: text, 11 B", "5 keys"]
        {
            assert!(plain.out.contains(words), "{words}: {}", plain.out);
        }
        let json = show(&["--json", "--owner", "user:1"]);
        assert_eq!(json.json()["data"]["cart"]["type"], "text");
        assert!(json.json()["data"]["cart"]["value"].is_null());
        let values = show(&["--values"]);
        assert!(values.out.contains("cart: text, 11 B = \"chocolate\""), "{}", values.out);
        assert!(values.out.contains("\"scope\":\"profile\""), "{}", values.out);
        assert_eq!(show(&["--values", "--json"]).json()["data"]["cart"]["value"], "chocolate");
        for run in [&plain, &json, &values, &show(&["--values", "--json"])] {
            assert!(!run.out.contains("swordfish") && !run.out.contains(id), "{}", run.out);
        }
        assert_eq!(json.out.lines().count(), 1, "an object per line");
        for run in [&plain, &json] {
            assert!(!run.out.contains("chocolate"), "{}", run.out);
        }
    }
}

#[test]
fn a_handle_that_is_not_there_is_told() {
    for place in places() {
        let shop = Shop::at(&place.url);
        shop.log_in("user:1");
        let handle = shop.handles("user:1")[0].0.clone();
        for args in [&["0123456789abcdef"][..], &[&handle, "--owner", "user:2"]] {
            let show = sessions(&place.url, "show", args);
            assert_eq!(
                (show.code, show.out.as_str(), show.err.lines().count()),
                (Some(1), "", 1),
                "{show:?}"
            );
            assert!(show.err.contains("no session with the handle"), "{}", show.err);
        }
    }
}
