//! Every order in which the store calls of overlapping requests can follow one another, and the promises at the end of each.
//!
//! This is model checking of the commit protocol without a model: the requests are those of the real `SessionManager`, the store is
//! a real one, and only the scheduler is ours. Each call of the store waits for its turn once and is then done as one step, as
//! every store must; nothing else that a request does can be seen by another. So the orders of these steps are all there is to
//! try, and all of them are tried. (Tools like shuttle and loom would want locks and atomics of their own in place of the real
//! ones, to try what lies below the steps: that is the engine's business, and its conformance.)
//!
//! In the scenarios with a mishap one request is dropped, or one call fails, done or not, at each point of each order.

mod explore;
mod promises;
mod requests;
mod turns;
mod wrong_stores;

use std::sync::Arc;

use dewar::store::{Memory, Store};

use self::explore::explore;
use self::promises::check;
use self::requests::Deed::{self, Clear, Destroy, Increment, Login, Look, NewId, Remove, Set};
use self::requests::Format;
use self::turns::Mishaps;

/// What each of the requests does that come with the cookie of one session at the same time.
const SCENARIOS: &[(&str, &[Deed])] = &[
    ("write, write: two keys", &[Set("a", 1), Set("b", 2)]),
    ("write, write: one key", &[Set("a", 1), Set("a", 2)]),
    ("update, update", &[Increment, Increment]),
    ("update, write: one key", &[Increment, Set("n", 10)]),
    ("write, logout", &[Set("a", 1), Destroy]),
    ("update, logout", &[Increment, Destroy]),
    ("look, logout", &[Look, Destroy]),
    ("logout, logout", &[Destroy, Destroy]),
    ("new id, logout", &[NewId, Destroy]),
    ("new id, write", &[NewId, Set("a", 1)]),
    ("new id, new id", &[NewId, NewId]),
    ("new id, look", &[NewId, Look]),
    ("login, write", &[Login, Set("a", 1)]),
    ("login, logout", &[Login, Destroy]),
    ("login, login", &[Login, Login]),
    ("emptied, filled", &[Remove("user"), Set("a", 1)]),
    ("emptied, emptied", &[Remove("user"), Remove("user")]),
    ("clear, write", &[Clear, Set("a", 1)]),
    ("clear, logout", &[Clear, Destroy]),
];

const SCENARIOS_OF_THREE: &[(&str, &[Deed])] = &[
    ("three writes", &[Set("a", 1), Set("b", 2), Set("c", 3)]),
    ("three updates", &[Increment, Increment, Increment]),
    ("write, update, logout", &[Set("a", 1), Increment, Destroy]),
    ("write, new id, logout", &[Set("a", 1), NewId, Destroy]),
    ("new id, new id, logout", &[NewId, NewId, Destroy]),
    ("login, write, look", &[Login, Set("a", 1), Look]),
    ("emptied, filled, filled", &[Remove("user"), Set("a", 1), Set("b", 2)]),
];

fn real() -> Arc<dyn Store> {
    Arc::new(Memory::new())
}

#[test]
fn the_promises_hold_in_every_order() {
    let mut all = 0;
    for format in [Format::Native, Format::Flask] {
        for (name, deeds) in SCENARIOS.iter().chain(SCENARIOS_OF_THREE) {
            let schedules = explore(|order| check(format, deeds, real, order, Mishaps::None));
            let schedules = schedules.unwrap_or_else(|why| panic!("{format:?}: {name}: {why}"));
            println!("{schedules:>6} schedules: {name} ({format:?})");
            all += schedules;
        }
    }
    println!("{all:>6} schedules in all");
}

#[test]
fn the_promises_hold_when_a_request_is_dropped_or_a_call_fails() {
    let mut all = 0;
    for format in [Format::Native, Format::Flask] {
        for (name, deeds) in SCENARIOS {
            let schedules = explore(|order| check(format, deeds, real, order, Mishaps::One));
            let schedules = schedules.unwrap_or_else(|why| panic!("{format:?}: {name}: {why}"));
            println!("{schedules:>6} schedules with a mishap: {name} ({format:?})");
            all += schedules;
        }
    }
    println!("{all:>6} schedules in all");
}

/// What would be wrong is found: the checks check.
#[test]
fn a_store_that_breaks_its_contract_is_caught() {
    for fault in wrong_stores::FAULTS {
        let scenarios = SCENARIOS.iter().filter(|(_, deeds)| {
            let store = || wrong_stores::with(*fault);
            explore(|order| check(Format::Native, deeds, store, order, Mishaps::None)).is_err()
        });
        let caught: Vec<&str> = scenarios.map(|(name, _)| *name).collect();
        println!("{fault:?}: caught by {}", caught.join("; "));
        assert!(!caught.is_empty(), "{fault:?} is not caught");
    }
}
