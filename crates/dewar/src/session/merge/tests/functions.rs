//! The program's functions during a merge.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{TIMES, number, open, present};
use crate::session::Session;
use crate::session::conflict::{OnConflict, Rebased};
use crate::value::Map;

/// Changes that a function makes to the session while it runs are applied to the result, and can be merged later.
#[test]
fn what_a_function_sets_while_it_runs_is_merged_with_what_is_there() {
    let session = open(&number(1));
    let own = session.clone();
    session
        .update("n", move |n: Option<i64>| {
            if own.is_modified() {
                own.edit(|data| _ = data.insert("seen", n.unwrap()));
                own.compute(|data| Ok(data.insert("twice", data.len() as i64))).unwrap();
            }
            n.unwrap_or(0) + 1
        })
        .unwrap();
    let rebased = session.rebase(present(number(7)), OnConflict::Refuse).unwrap();
    assert_eq!(rebased, Rebased::Merged { overwritten: 0 });
    let found = session.read(Map::clone);
    let expected: [(&str, i64); 3] = [("n", 8), ("seen", 7), ("twice", 2)];
    assert_eq!(found, Map::from(expected));
}

/// A value that a function has captured, and that uses the session when it is dropped.
struct Farewell(Session, Arc<AtomicUsize>);

impl Drop for Farewell {
    fn drop(&mut self) {
        self.0.insert_value("farewell", true);
        self.1.fetch_add(1, Ordering::Relaxed);
    }
}

/// Otherwise they would deadlock.
#[test]
fn functions_are_dropped_once_and_without_the_lock() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let count = || dropped.load(Ordering::Relaxed);
    let session = open(&number(1));
    let captured = || Farewell(session.clone(), Arc::clone(&dropped));
    let update = |farewell: Farewell| {
        session.update("n", move |n: Option<i64>| n.unwrap_or(0) + i64::from(!farewell.0.is_new())).unwrap();
    };
    let compute = |farewell: Farewell| {
        let both = move |data: &mut Map| Ok(data.insert("both", i64::from(!farewell.0.is_new())));
        session.compute(both).unwrap();
    };
    update(captured());
    compute(captured());
    for theirs in [7, 8] {
        session.rebase(present(number(theirs)), OnConflict::LaterWins).unwrap();
        assert_eq!(count(), 0, "they may have to run again");
    }
    session.lock().begin_write();
    update(captured());
    session.lock().settle(None, Some(TIMES));
    assert_eq!(count(), 2, "what they computed is stored");
    session.insert_value("n", 1);
    assert_eq!(count(), 3, "it must not run again");
    session.lock().put_back();
    session.remove("both");
    compute(captured());
    session.clear();
    assert_eq!(count(), 4);
}
