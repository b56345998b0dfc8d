//! What the driver alone needs for one call: a request that asks the store cannot cost less.

use dewar_bench_meter::{AT_ONCE, Cost, Repeat, Role, Row, WORK, cost_on};
use tokio::runtime::Runtime;

/// As many bytes as a session of the other rows has.
pub(crate) const PAYLOAD: [u8; 200] = [7; 200];

/// The calls of a driver, one at a time and many at once, beside each piece of work.
pub(crate) fn calls<C: Clone, F: Future>(
    runtime: &Runtime,
    who: &str,
    role: Role,
    rounds: usize,
    connection: &C,
    read: impl Fn(C) -> F + Copy,
) -> Vec<Row> {
    let cost = |at_once| {
        let repeat = Repeat { rounds, round: AT_ONCE, at_once };
        cost_on(runtime, repeat, || connection.clone(), read)
    };
    let row =
        |work: String, cost: Cost| Row { work, who: who.to_owned(), role, cost, cookie: None, server: None };
    let (one, many) = (cost(1), cost(AT_ONCE));
    let each = WORK.iter().map(|(_, work)| row((*work).to_owned(), one));
    each.chain(WORK.iter().map(|(_, work)| row(format!("{work}, {AT_ONCE} at once"), many))).collect()
}
