//! Requests at the same time: none loses what another one stored.

use std::thread;

use dewar::ServerSide;
use dewar::settings::OnConflict;
use dewar_testbed::Framework;

use super::shop::Shop;
use crate::browser::Browser;
use crate::frameworks::on_each_framework;

/// A request that met too many others is refused with 503 and has stored nothing: its browser sends it again.
fn every_increment_counts(framework: Framework) {
    const TABS: usize = 8;
    const ROUNDS: usize = 25;
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    let tabs: Vec<_> = (0..TABS).map(|_| zoe.clone()).collect();
    let counting =
        tabs.into_iter().map(|mut tab| thread::spawn(move || (0..ROUNDS).for_each(|_| count(&mut tab))));
    let counting: Vec<_> = counting.collect();
    counting.into_iter().for_each(|tab| tab.join().unwrap());
    assert_eq!(zoe.get("/get?k=n").body, (TABS * ROUNDS).to_string());
}

fn count(tab: &mut Browser) {
    loop {
        match tab.get("/incr?k=n").status {
            200 => return,
            status => assert_eq!(status, 503),
        }
    }
}

/// The first write is held back until the second is done.
fn what_two_requests_change_is_merged(framework: Framework) {
    let shop = Shop::open(framework);
    let mut zoe = shop.user("zoe");
    for (first, second, read, merged) in [
        ("/set?k=a&v=1", "/set?k=b&v=2", "/get?k=a", "1"),
        ("/incr?k=n", "/incr?k=n", "/get?k=n", "2"),
        ("/append?k=cart&v=tea&by=edit", "/append?k=cart&v=cake&by=edit", "/list?k=cart", "cake tea"),
        ("/append?k=list&v=tea&by=modify", "/append?k=list&v=tea&by=modify", "/list?k=list", "tea tea"),
        ("/flash?v=one", "/flash?v=two", "/flashes", "two one"),
    ] {
        let mut tab = zoe.clone();
        shop.store.hook.hold_next_write();
        let slow = thread::spawn(move || tab.get(first).status);
        shop.store.hook.wait_for_held_write();
        assert_eq!(zoe.get(second).status, 200, "{second}");
        shop.store.hook.release();
        assert_eq!(slow.join().unwrap(), 200, "{first}");
        assert_eq!(zoe.get(read).body, merged, "{first}, {second}");
    }
    assert_eq!(zoe.get("/get?k=b").body, "2");
}

/// With `OnConflict::Refuse` a request that overwrites what it had read, and another changed, is refused.
fn a_conflict_is_409_where_it_is_asked_for(framework: Framework) {
    for (refuses, status, stored) in [(true, 409, "light"), (false, 200, "dark")] {
        let on_conflict = if refuses { OnConflict::Refuse } else { OnConflict::LaterWins };
        let shop = Shop::with(framework, |settings| ServerSide { on_conflict, ..settings }, |site| site);
        let mut zoe = shop.user("zoe");
        zoe.get("/set?k=theme&v=none");
        let mut tab = zoe.clone();
        shop.store.hook.hold_next_write();
        let slow = thread::spawn(move || tab.get("/replace?k=theme&v=dark"));
        shop.store.hook.wait_for_held_write();
        assert_eq!(zoe.get("/set?k=theme&v=light").status, 200);
        shop.store.hook.release();
        let answer = slow.join().unwrap();
        assert_eq!((answer.status, answer.all("set-cookie").len()), (status, 0));
        assert_eq!(zoe.get("/get?k=theme").body, stored);
        assert_eq!(zoe.get("/whoami").body, "zoe");
    }
}

on_each_framework!(
    every_increment_counts,
    what_two_requests_change_is_merged,
    a_conflict_is_409_where_it_is_asked_for,
);
