//! Pages for users: who gets in, and where the others are sent.

use dewar_testbed::Framework;

use super::shop::Shop;
use crate::frameworks::on_each_framework;

const LOGIN_PAGE: &str = "/welcome?lang=en";

fn each_guard_lets_in_whom_it_should(framework: Framework) {
    let shop = Shop::open(framework);
    let mut browsers = [shop.visitor(), shop.user("zoe"), shop.user("ada"), shop.user("deleted")];
    for (path, expected) in [
        ("/member", [401, 200, 200, 401]),
        ("/account", [303, 200, 200, 303]),
        ("/guest", [200, 200, 200, 200]),
        ("/office/report", [401, 403, 200, 401]),
        // Its handler asks for nobody: the guard of all routes there does.
        ("/office/safe", [401, 403, 200, 401]),
    ] {
        let mut statuses = Vec::new();
        for browser in &mut browsers {
            statuses.push(browser.get(path).status);
        }
        assert_eq!(statuses, expected, "{path}: a visitor, a user, an admin, a user who was deleted");
    }
    let [visitor, zoe, ada, deleted] = &mut browsers;
    assert_eq!([visitor.get("/guest").body, deleted.get("/guest").body], ["a guest", "a guest"]);
    assert_eq!([zoe.get("/guest").body, zoe.get("/member").body], ["zoe", "zoe"]);
    assert_eq!([ada.get("/office/report").body, ada.get("/office/safe").body], ["ada", "gold"]);
}

fn a_visitor_is_sent_to_the_login_page_with_the_page_that_was_asked_for(framework: Framework) {
    let shop = Shop::open(framework);
    let redirect = shop.visitor().get("/account?tab=2&x=a%20b");
    assert_eq!(redirect.status, 303);
    assert_eq!(redirect.all("location"), [format!("{LOGIN_PAGE}&next=/account%3Ftab%3D2%26x%3Da%2520b")]);
    assert_eq!(redirect.all("vary"), ["Cookie"], "another visitor gets another answer");
    // A login page that asks for a login would lead to itself, again and again.
    assert_eq!(shop.visitor().get("/welcome").status, 401);
    assert_eq!(shop.user("zoe").get("/welcome").body, "zoe");
}

fn the_next_page_is_one_of_this_site(framework: Framework) {
    let shop = Shop::open(framework);
    for (next, expected) in [
        ("%2Faccount%3Ftab%3D2", "/account?tab=2"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%2Fevil.example", "/"),
        ("%2F%5Cevil.example", "/"),
        ("%2F%09%2Fevil.example", "/"),
        ("", "/"),
    ] {
        let answer = shop.visitor().get(&format!("/next?next={next}"));
        assert_eq!((answer.status, answer.all("location")), (303, vec![expected]), "{next}");
    }
    assert_eq!(shop.visitor().get("/next").all("location"), ["/"]);
}

fn a_user_who_cannot_be_loaded_is_an_error_and_not_a_visitor(framework: Framework) {
    let shop = Shop::open(framework);
    let mut browser = shop.user("unknown");
    for path in ["/member", "/account", "/office/report", "/office/safe"] {
        assert_eq!(browser.get(path).status, 502, "{path}");
    }
    assert!(browser.get("/guest").status >= 500, "not a guest");
}

on_each_framework!(
    each_guard_lets_in_whom_it_should,
    a_visitor_is_sent_to_the_login_page_with_the_page_that_was_asked_for,
    the_next_page_is_one_of_this_site,
    a_user_who_cannot_be_loaded_is_an_error_and_not_a_visitor,
);
