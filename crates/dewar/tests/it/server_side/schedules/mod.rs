//! Every order in which the store calls of overlapping requests can follow one another, and the promises at the end of each.
//!
//! This is model checking of the commit protocol without a model: the requests are those of the real `SessionManager`, the store is
//! a real one, and only the scheduler is ours. Each call of the store waits for its turn once and is then done as one step, as
//! every store must; nothing else that a request does can be seen by another. So the orders of these steps are all there is to
//! try, and all of them are tried. (Tools like shuttle and loom would want locks and atomics of their own in place of the real
//! ones, to try what lies below the steps: that is the engine's business, and its conformance.)
//!
//! With a mishap one request is dropped, or one call is not answered, done or not, at each point of each order. With a loss one
//! response does not reach its browser, whichever it is; the browser sends the request again with the cookie that it has. Of
//! several responses a browser may keep the cookie of any.

mod aftermath;
mod browser;
mod check;
mod deeds;
mod explore;
mod fate;
mod history;
mod lines;
mod promises;
mod scenarios;
mod turns;
mod wrong_stores;

use std::sync::Arc;

use dewar::store::{Memory, Store};

use self::check::{Format, Trial};
use self::deeds::Program;
use self::fate::Bounds;
use self::scenarios::{LATE, LIMITED, LIMITED_PAIRS, PAIRS, PLANTED, STORIES, Scenario, TRIPLES};

fn real() -> Arc<dyn Store> {
    Arc::new(Memory::new())
}

/// Tries the scenarios in both formats, and prints how many orders there are.
fn hold(scenarios: &[&[Scenario]], bounds: Bounds) {
    let mut all = 0;
    for format in [Format::Native, Format::Flask] {
        for scenario in scenarios.iter().copied().flatten() {
            let trial = Trial { format, scenario, bounds, program: Program::Sound, store: &real };
            let orders = trial.explore().unwrap_or_else(|why| panic!("{format:?}: {}: {why}", scenario.name));
            println!("{orders:>7} orders: {} ({format:?})", scenario.name);
            all += orders;
        }
    }
    println!("{all:>7} orders in all, {bounds:?}");
}

#[test]
fn the_promises_hold_in_every_order() {
    hold(&[PAIRS, TRIPLES, STORIES, LIMITED, LIMITED_PAIRS, PLANTED, LATE], Bounds::NONE);
}

#[test]
fn the_promises_hold_when_a_request_is_dropped_or_a_call_is_not_answered() {
    hold(&[PAIRS, STORIES, LIMITED, PLANTED], Bounds::ONE_MISHAP);
}

#[test]
fn a_client_that_loses_a_response_and_asks_again_is_served() {
    hold(&[PAIRS, LIMITED, LATE], Bounds::ONE_LOSS);
}

#[test]
fn a_client_that_loses_two_responses_and_asks_again_is_served() {
    hold(&[STORIES], Bounds::TWO_LOSSES);
}

#[test]
fn a_client_that_loses_a_response_while_the_engine_does_not_answer_is_served() {
    hold(&[STORIES], Bounds::ONE_OF_EACH);
}

#[test]
fn a_planted_id_never_leads_into_her_session() {
    hold(&[PLANTED], Bounds::ONE_LOSS);
}

/// The checks find what is wrong.
#[test]
fn a_store_that_breaks_its_contract_is_caught() {
    for fault in wrong_stores::FAULTS {
        caught(&format!("{fault:?}"), Program::Sound, &|| wrong_stores::with(*fault));
    }
}

#[test]
fn a_program_that_logs_in_wrongly_is_caught() {
    for program in Program::WRONG {
        caught(&format!("{program:?}"), program, &real);
    }
}

fn caught(what: &str, program: Program, store: &dyn Fn() -> Arc<dyn Store>) {
    let all = [PAIRS, STORIES, PLANTED].concat();
    let breaks = |bounds| {
        let fails = all.iter().filter(move |scenario| {
            Trial { format: Format::Native, scenario, bounds, program, store }.explore().is_err()
        });
        fails.map(|scenario| scenario.name).collect::<Vec<_>>()
    };
    let mut by = breaks(Bounds::NONE);
    if by.is_empty() {
        by = breaks(Bounds::ONE_LOSS);
    }
    println!("{what}: caught by {}", by.join("; "));
    assert!(!by.is_empty(), "{what} is not caught");
}
