//! Two sessions in one request: a login in a store, a cart in a sealed cookie.

use dewar_testbed::Framework;

use super::shop::Shop;
use crate::frameworks::on_each_framework;
use crate::http_client::ask;

/// `name=value` of a line.
fn pair(line: &str) -> &str {
    line.split(';').next().unwrap()
}

fn each_has_its_cookie_and_its_data(framework: Framework) {
    let shop = Shop::open(framework);
    let login = shop.user("zoe").cookie().unwrap().to_owned();
    let get = |path: &str, cookie: &str| ask(shop.server.address, path, Some(cookie), None);
    let set = get("/cart/set?k=tea&v=green", &login);
    let [line] = set.all("set-cookie")[..] else { panic!("the cart's cookie alone: {set:?}") };
    assert!(line.starts_with("cart="), "{line}");
    let both = format!("{login}; {}", pair(line));
    assert_eq!(get("/cart/get?k=tea", &both).body, "green");
    assert_eq!(get("/get?k=tea", &both).body, "", "the login has no tea");
    assert_eq!([get("/cart/whoami", &both).body, get("/whoami", &both).body], ["", "zoe"]);
    assert_eq!(get("/cart/both", &both).body, "true 1");
    assert_eq!(get("/cart/both", pair(line)).body, "false 1");
    assert_eq!(get("/cart/both", &login).body, "true 0");
}

fn the_end_of_the_one_is_not_the_end_of_the_other(framework: Framework) {
    let shop = Shop::open(framework);
    let login = shop.user("zoe").cookie().unwrap().to_owned();
    let get = |path: &str, cookie: &str| ask(shop.server.address, path, Some(cookie), None);
    let set = get("/cart/set?k=tea&v=green", &login);
    let both = format!("{login}; {}", pair(set.all("set-cookie")[0]));
    let emptied = get("/cart/logout", &both);
    let [removal] = emptied.all("set-cookie")[..] else { panic!("the cart's removal: {emptied:?}") };
    assert!(removal.starts_with("cart=;") && removal.contains("Max-Age=0"), "{removal}");
    assert_eq!(get("/whoami", &both).body, "zoe");
    get("/logout", &both);
    assert_eq!([get("/cart/get?k=tea", &both).body, get("/whoami", &both).body], ["green", ""]);
}

fn outside_of_the_cart_it_is_not_there(framework: Framework) {
    let shop = Shop::open(framework);
    assert_eq!(shop.visitor().get("/both").status, 500, "no layer of that name");
    let touchless = shop.visitor().get("/cart/touchless");
    assert!(touchless.all("vary").is_empty() && touchless.all("set-cookie").is_empty());
}

on_each_framework!(
    each_has_its_cookie_and_its_data,
    the_end_of_the_one_is_not_the_end_of_the_other,
    outside_of_the_cart_it_is_not_there,
);
