//! What a copy asks before it ends or removes anything.

use super::{Copier, EntryKind, Shop, now};

#[test]
fn the_same_store_is_recognized_and_nothing_stays_of_the_look() {
    let (from, to) = (Shop::new(), Shop::new());
    let cookie = from.log_in("user:1");
    let is_same = |from: &Shop, to: &Shop| {
        now(Copier::new(from.admin.clone(), to.admin.clone(), true).unwrap().is_same_store()).unwrap()
    };
    assert!(is_same(&from, &from) && !is_same(&from, &to));
    assert!(from.has(&cookie));
    for shop in [&from, &to] {
        assert!(shop.entries_of(EntryKind::Tombstone).is_empty());
    }
}

#[test]
fn a_source_that_lost_its_memory_is_recognized() {
    let (from, to) = (Shop::new(), Shop::new());
    let cookies = [from.log_in("user:1"), from.log_in("user:2")];
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), false).unwrap();
    let seen = from.entries();
    let has_lost = || now(copier.has_lost(&seen)).unwrap();
    assert!(!has_lost());
    from.log_out(&cookies[0]);
    from.log_out(&cookies[1]);
    assert!(!has_lost(), "their users logged out");
    let from = Shop::new();
    let copier = Copier::new(from.admin.clone(), to.admin.clone(), false).unwrap();
    assert!(now(copier.has_lost(&seen)).unwrap());
    assert!(!now(copier.has_lost(&[])).unwrap(), "nothing is known");
}
