//! Compares merging with a model that copies the data before each change, while the session only keeps the values that a change replaced.

mod conflicts;
mod functions;
mod model;
mod owners;

use proptest::prelude::*;

use self::model::{Op, Request, any_op};
use super::*;
use crate::clock::UnixTime;
use crate::lifetime::{Lifetimes, Times};
use crate::session::{Device, Origin};

const TIMES: Times = Times { created: UnixTime::from_seconds(1), refreshed: UnixTime::from_seconds(2) };

fn number(n: i64) -> Map {
    Map::from([("n", n)])
}

fn present(data: Map) -> StoredSession {
    StoredSession {
        data,
        is_permanent: false,
        times: TIMES,
        timeouts: None,
        owner: None,
        device: Device::default(),
        is_presented: true,
    }
}

fn open(data: &Map) -> Session {
    open_of(present(data.clone()))
}

fn open_of(present: StoredSession) -> Session {
    let origin = Origin { times: Some(present.times), ..Origin::default() };
    Session::new(State::new(present, Layout::Separate, Lifetimes::default(), origin))
}

/// What happens to one of several requests.
#[derive(Debug, Clone)]
enum Step {
    Do(Op),
    /// A save takes the changes; later ones are not part of it.
    BeginWrite,
    /// The save fails, and its changes are unsaved again.
    Fail,
    /// The save is done, after a merge if a concurrent write came first.
    Save,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => any_op().prop_map(Step::Do),
        2 => Just(Step::BeginWrite),
        1 => Just(Step::Fail),
        3 => Just(Step::Save),
    ]
}

/// The store of one session: its data and how often they were written.
#[derive(Debug, Default, Clone)]
struct Stored {
    data: Map,
    writes: usize,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Requests in any order, with saves that fail, changes during a save and one conflict after another.
    #[test]
    fn what_is_merged_is_what_copies_of_the_data_would_give(
        first in proptest::collection::vec(any_op(), 0..4),
        steps in proptest::collection::vec((0..3_usize, any_step()), 1..40),
    ) {
        let mut stored = Stored::default();
        let mut begun = Request::open(&stored);
        first.into_iter().for_each(|op| begun.change(op));
        begun.save(&mut stored);
        let mut requests = [(); 3].map(|()| Request::open(&stored));
        for (number, step) in steps {
            let request = &mut requests[number];
            match step {
                Step::Do(op) => request.change(op),
                Step::BeginWrite => request.begin_write(),
                Step::Fail => request.fail(),
                Step::Save => request.save(&mut stored),
            }
            request.check();
        }
        for request in &mut requests {
            request.save(&mut stored);
            request.check();
        }
    }

    /// A session that starts with only its own changes takes nothing from what it found.
    #[test]
    fn a_session_begun_anew_has_what_its_request_did(
        first in proptest::collection::vec(any_op(), 0..4),
        ops in proptest::collection::vec(any_op(), 0..10),
    ) {
        let mut stored = Stored::default();
        let mut begun = Request::open(&stored);
        first.into_iter().for_each(|op| begun.change(op));
        begun.save(&mut stored);
        let mut request = Request::open(&stored);
        ops.into_iter().for_each(|op| request.change(op));
        request.restart();
        request.check();
    }
}
