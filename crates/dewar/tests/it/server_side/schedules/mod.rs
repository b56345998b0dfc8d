//! Runs overlapping requests with their store calls in every possible order, and checks the promises after each run.
//!
//! This is model checking of the commit protocol without a model: the requests run through the real `SessionManager`, the store is
//! a real one, and only the scheduler is the test's. Each store call waits once for its turn and then runs as one step, as every
//! store must; nothing else that a request does is visible to another. So the orders of these steps are all the possible orders, and
//! all of them are tried. (Tools like shuttle and loom replace locks and atomics to try what happens within a step: that is the
//! engine's part, and the conformance suite tests it.)
//!
//! With a failure, one request is dropped or one call gets no answer, done or not, at each point of each order. With a loss, one
//! response does not reach its browser; the browser sends the request again with the cookie that it has. Of several responses a
//! browser may keep the cookie of any.

mod actions;
mod browser;
mod check;
mod choices;
mod explore;
mod faulty_stores;
mod final_state;
mod history;
mod promises;
mod scenarios;
mod tracked_sessions;
mod turns;
mod without_expiry;

use std::sync::Arc;

use dewar::store::{Memory, Store};

use self::actions::Program;
use self::check::{Format, Trial};
use self::choices::Bounds;
use self::scenarios::{LATE, LIMITED, LIMITED_PAIRS, PAIRS, PLANTED, SEQUENCES, Scenario, TRIPLES};

fn correct_store() -> Arc<dyn Store> {
    Arc::new(Memory::new())
}

/// Tries the scenarios in both formats, and prints the number of orders.
fn check_all(scenarios: &[&[Scenario]], bounds: Bounds) {
    check_program(Program::Correct, &correct_store, scenarios, bounds);
}

fn check_program(
    program: Program,
    store: &dyn Fn() -> Arc<dyn Store>,
    scenarios: &[&[Scenario]],
    bounds: Bounds,
) {
    let mut all = 0;
    for format in [Format::Native, Format::Flask] {
        for scenario in scenarios.iter().copied().flatten() {
            let trial = Trial { format, scenario, bounds, program, store };
            let orders = trial.explore().unwrap_or_else(|why| panic!("{format:?}: {}: {why}", scenario.name));
            println!("{orders:>7} orders: {} ({format:?})", scenario.name);
            all += orders;
        }
    }
    println!("{all:>7} orders in all, {bounds:?}");
}

#[test]
fn the_promises_hold_in_every_order() {
    check_all(&[PAIRS, TRIPLES, SEQUENCES, LIMITED, LIMITED_PAIRS, PLANTED, LATE], Bounds::NONE);
}

#[test]
fn the_promises_hold_for_a_login_in_several_calls() {
    let scenarios = [PAIRS, SEQUENCES, LIMITED, PLANTED, LATE];
    check_program(Program::LogsInStepByStep, &correct_store, &scenarios, Bounds::NONE);
}

/// Time hardly passes in a scenario: what extends a session has tests of its own.
#[test]
fn the_promises_hold_in_a_store_that_is_read_without_the_expiry() {
    let scenarios = [PAIRS, SEQUENCES, LIMITED, PLANTED, LATE];
    check_program(Program::Correct, &without_expiry::store, &scenarios, Bounds::NONE);
    check_program(Program::Correct, &without_expiry::store, &[SEQUENCES], Bounds::ONE_FAILURE);
}

/// Losses and failures are tried in two tests each, which run at the same time: they take longest.
#[test]
fn the_promises_hold_when_one_of_two_requests_is_dropped_or_a_call_gets_no_answer() {
    check_all(&[PAIRS], Bounds::ONE_FAILURE);
}

#[test]
fn the_promises_hold_when_a_request_is_dropped_or_a_call_gets_no_answer() {
    check_all(&[SEQUENCES, LIMITED, PLANTED], Bounds::ONE_FAILURE);
}

#[test]
fn a_client_that_loses_one_of_two_responses_and_retries_is_served() {
    check_all(&[PAIRS], Bounds::ONE_LOSS);
}

#[test]
fn a_client_that_loses_a_response_and_retries_is_served() {
    check_all(&[LIMITED, LATE], Bounds::ONE_LOSS);
}

#[test]
fn a_client_that_loses_two_responses_and_retries_is_served() {
    check_all(&[SEQUENCES], Bounds::TWO_LOSSES);
}

#[test]
fn a_client_that_loses_a_response_while_the_engine_does_not_answer_is_served() {
    check_all(&[SEQUENCES], Bounds::ONE_OF_EACH);
}

#[test]
fn a_planted_id_never_opens_the_users_session() {
    check_all(&[PLANTED], Bounds::ONE_LOSS);
}

/// The checks find what is wrong.
#[test]
fn a_store_that_breaks_its_contract_is_caught() {
    for fault in faulty_stores::FAULTS {
        assert_caught(&format!("{fault:?}"), Program::Correct, &|| faulty_stores::with(*fault));
    }
}

#[test]
fn a_program_that_logs_in_wrongly_is_caught() {
    for program in Program::FAULTY {
        assert_caught(&format!("{program:?}"), program, &correct_store);
    }
}

fn assert_caught(what: &str, program: Program, store: &dyn Fn() -> Arc<dyn Store>) {
    let all = [PAIRS, SEQUENCES, PLANTED].concat();
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
