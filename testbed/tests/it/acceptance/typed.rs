//! A session as a struct.

use std::thread;

use dewar_testbed::Framework;

use super::shop::Shop;
use crate::frameworks::on_each_framework;

fn its_fields_are_keys_of_the_session(framework: Framework) {
    let shop = Shop::open(framework);
    let mut guest = shop.visitor();
    assert_eq!(guest.get("/typed").body, "visit 1, 0 in the cart");
    guest.get("/append?k=cart&v=tea&by=modify");
    assert_eq!(guest.get("/typed").body, "visit 2, 1 in the cart");
    assert_eq!(guest.get("/get?k=visits").body, "2");
}

fn parallel_changes_of_one_field_all_count(framework: Framework) {
    let shop = Shop::open(framework);
    let mut guest = shop.visitor();
    guest.get("/typed");
    let tabs: Vec<_> = (0..8).map(|_| guest.clone()).collect();
    let visits = tabs.into_iter().map(|mut tab| thread::spawn(move || tab.get("/typed").status));
    for visit in visits.collect::<Vec<_>>() {
        assert_eq!(visit.join().unwrap(), 200);
    }
    assert_eq!(guest.get("/get?k=visits").body, "9");
}

fn a_session_that_does_not_fit_is_an_error_and_stays_as_it_is(framework: Framework) {
    let shop = Shop::open(framework);
    let mut guest = shop.visitor();
    guest.get("/set?k=visits&v=many");
    let answer = guest.get("/typed");
    assert_eq!((answer.status, answer.all("cache-control")), (500, vec!["no-store"]));
    assert!(!answer.body.contains("many"), "{}", answer.body);
    assert_eq!(guest.get("/get?k=visits").body, "many");
    guest.get("/remove?k=visits");
    assert_eq!(guest.get("/typed").body, "visit 1, 0 in the cart");
}

on_each_framework!(
    its_fields_are_keys_of_the_session,
    parallel_changes_of_one_field_all_count,
    a_session_that_does_not_fit_is_an_error_and_stays_as_it_is,
);
