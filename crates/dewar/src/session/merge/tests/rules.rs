//! Conflicts of what was read, and sessions that another request gave to somebody else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use super::{TIMES, open, open_of, present};
use crate::lifetime::Lifetimes;
use crate::session::conflict::{CannotMerge, Rebased, WhenConflict};
use crate::session::{Layout, Origin, Present, Session, State};
use crate::value::{Map, Text, Value};

fn number(n: i64) -> Map {
    Map::from([("n", n)])
}

/// What came of a conflict, with the number of overwritten values, or the keys that are in conflict if those are refused.
fn rebased(session: &Session, theirs: &Map) -> (usize, Vec<String>) {
    let refused = match session.rebase(present(theirs.clone()), WhenConflict::Refuse) {
        Err(CannotMerge::Conflict(keys)) => keys.iter().map(ToString::to_string).collect(),
        Ok(Rebased::Merged { overwritten: 0 }) => Vec::new(),
        other => panic!("{other:?}"),
    };
    match session.rebase(present(theirs.clone()), WhenConflict::LaterWins) {
        Ok(Rebased::Merged { overwritten }) => (overwritten, refused),
        other => panic!("{other:?}"),
    }
}

type Handler = fn(&Session);

#[test]
fn what_was_read_by_name_and_set_is_a_conflict_if_another_request_changed_it() {
    let read_and_set: [Handler; 6] = [
        |s| s.insert_value("n", s.get::<i64>("n").unwrap().unwrap() + 1),
        |s| s.insert_value("n", s.value("n").unwrap()),
        |s| _ = s.contains("n").then(|| s.remove("n")),
        |s| {
            assert!(s.get::<String>("n").is_err(), "a number");
            s.insert_value("n", "text");
        },
        |s| {
            let n = s.get::<i64>("n").unwrap().unwrap();
            s.edit(|data| _ = data.insert("n", n + 1));
        },
        |s| {
            s.update("n", |n: Option<i64>| n.unwrap() + 1).unwrap();
            let n = s.get::<i64>("n").unwrap().unwrap();
            s.insert_value("n", n + 1);
        },
    ];
    for (at, handler) in read_and_set.into_iter().enumerate() {
        let session = open(&number(1));
        handler(&session);
        let is_changed = session.value("n") != Some(1.into());
        let expected = if is_changed { (1, vec!["n".to_owned()]) } else { (0, vec![]) };
        assert_eq!(rebased(&session, &number(7)), expected, "handler {at}");
    }
}

#[test]
fn what_was_not_read_or_is_computed_is_no_conflict() {
    let handlers: [Handler; 8] = [
        |s| s.insert_value("n", 2),
        |s| _ = s.remove("n"),
        |s| s.edit(|data| _ = data.insert("n", 2)),
        |s| _ = s.update("n", |n: Option<i64>| n.unwrap_or(0) + 1).unwrap(),
        |s| {
            assert_eq!(s.get::<i64>("n").unwrap(), Some(1));
            s.modify("n", |n: &mut i64| *n += 1).unwrap();
        },
        |s| {
            s.insert_value("n", 2);
            assert_eq!(s.get::<i64>("n").unwrap(), Some(2), "its own");
        },
        |s| {
            assert_eq!(s.get::<i64>("m").unwrap(), None, "another key");
            s.insert_value("n", 2);
        },
        |s| {
            assert_eq!(s.get::<i64>("n").unwrap(), Some(1));
            s.clear();
            s.insert_value("n", 2);
        },
    ];
    for (at, handler) in handlers.into_iter().enumerate() {
        let session = open(&number(1));
        handler(&session);
        assert_eq!(rebased(&session, &number(7)), (0, vec![]), "handler {at}");
    }
}

#[test]
fn a_refused_conflict_leaves_the_session_as_it_was() {
    let session = open(&number(1));
    let n = session.get::<i64>("n").unwrap().unwrap();
    session.insert_value("n", n + 1);
    session.insert_value("other", true);
    let before = session.read(Map::clone);
    let refused = session.rebase(present(number(7)), WhenConflict::Refuse);
    assert!(matches!(refused, Err(CannotMerge::Conflict(_))), "{refused:?}");
    assert_eq!(session.read(Map::clone), before);
    // Nor is it forgotten that it is one.
    let overwritten = session.rebase(present(number(8)), WhenConflict::LaterWins).unwrap();
    assert_eq!(overwritten, Rebased::Merged { overwritten: 1 });
    assert_eq!((session.value("n"), session.value("other")), (Some(2.into()), Some(true.into())));
    // The next one is a conflict only if the key was changed once more.
    let again = |n| session.rebase(present(number(n)), WhenConflict::LaterWins).unwrap();
    assert_eq!(again(8), Rebased::Merged { overwritten: 0 });
    assert_eq!(again(9), Rebased::Merged { overwritten: 1 });
}

/// Of two requests that counted one count is lost, although both did the same.
#[test]
fn a_number_that_both_made_of_another_one_is_a_conflict_if_it_was_read() {
    let list = |items: &[i64]| Value::List(items.iter().copied().map(Value::from).collect());
    let map = |n: i64| Value::Map(Map::from([("shoes", n), ("socks", 1)]));
    let pairs = |n: i64| Value::Pairs(vec![(7.into(), n.into()), (8.into(), 1.into())]);
    for (base, both, is_conflict) in [
        (Some(1.into()), Value::from(2), true),
        (None, 1.into(), true),
        (Some(1.0.into()), 2.0.into(), true),
        (Some(map(1)), map(2), true),
        (Some(pairs(1)), pairs(2), true),
        (None, pairs(1), true),
        (Some(pairs(1)), pairs(1), false),
        (Some(list(&[1, 2])), list(&[1, 3]), true),
        (Some(Value::Tuple(vec![1.into()])), Value::Tuple(vec![2.into()]), true),
        (Some(list(&[1])), list(&[1, 2]), false),
        (Some("light".into()), "dark".into(), false),
        (Some(false.into()), true.into(), false),
        (Some(list(&[1, 2])), list(&[1]), false),
    ] {
        let data =
            |value: Option<&Value>| value.map(|value| (Text::from("k"), value.clone())).into_iter().collect();
        for is_read in [true, false] {
            let session = open(&data(base.as_ref()));
            let _ = is_read && session.contains("k");
            session.insert_value("k", both.clone());
            let (overwritten, _) = rebased(&session, &data(Some(&both)));
            assert_eq!(overwritten, usize::from(is_conflict && is_read), "{base:?} to {both:?}");
            assert_eq!(session.value("k"), Some(both.clone()));
        }
    }
}

/// What the program's type no longer reads.
#[test]
fn a_mixed_value_that_the_type_of_a_read_cannot_read_gives_way_to_the_later_write() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "Vec<i64>")]
    #[expect(dead_code, reason = "read for its own sake")]
    struct AtMostTwo(Vec<i64>);

    impl TryFrom<Vec<i64>> for AtMostTwo {
        type Error = &'static str;

        fn try_from(items: Vec<i64>) -> Result<Self, Self::Error> {
            if items.len() > 2 { Err("two at most") } else { Ok(Self(items)) }
        }
    }

    let list = |items: &[i64]| Value::List(items.iter().copied().map(Value::from).collect());
    let append = |read: Handler| {
        let session = open(&Map::from([("list", list(&[1]))]));
        read(&session);
        session.insert_value("list", list(&[1, 3]));
        let overwritten = rebased(&session, &Map::from([("list", list(&[1, 2]))]));
        (session.value("list").unwrap(), overwritten)
    };
    let merged = (list(&[1, 2, 3]), (0, vec![]));
    assert_eq!(append(|_| ()), merged);
    assert_eq!(append(|s| assert!(s.get::<Vec<i64>>("list").unwrap().is_some())), merged);
    let read = append(|s| assert!(s.get::<AtMostTwo>("list").unwrap().is_some()));
    assert_eq!(read, (list(&[1, 3]), (1, vec!["list".to_owned()])));
    let read_twice = append(|s| {
        for _ in 0..10 {
            assert!(s.get::<Vec<i64>>("list").unwrap().is_some());
            assert!(s.get::<AtMostTwo>("list").unwrap().is_some());
        }
    });
    assert_eq!(read_twice, read);
}

#[test]
fn many_reads_are_noted_once_each() {
    let session = open(&number(1));
    for _ in 0..3 {
        for key in 0..20 {
            assert!(!session.contains(&format!("key{key}")));
        }
    }
    assert_eq!(format!("{:?}", session.lock().reads), "Reads(20)");
    session.insert_value("key19", 1);
    assert_eq!(rebased(&session, &Map::from([("key19", 2)])), (1, vec!["key19".to_owned()]));
}

/// In a cookie nothing is ever merged.
#[test]
fn where_nothing_is_merged_nothing_is_kept_for_it() {
    let session = open(&number(1));
    session.lock().can_be_merged = false;
    assert_eq!(session.get::<i64>("n").unwrap(), Some(1));
    session.insert_value("n", 2);
    session.edit(|data| _ = data.insert("n", 3));
    assert_eq!(format!("{:?}", session.lock().reads), "Reads(0)");
    let mut state = session.lock();
    let kept = state.changes.log.as_mut_slice().iter().filter_map(|change| change.displaced(&"n".into())?);
    assert_eq!(kept.count(), 0);
}

fn of(owner: Option<&str>, data: &Map) -> Present {
    Present { owner: owner.map(Into::into), ..present(data.clone()) }
}

/// As Flask-Session's records have it.
const FLASK: Layout = Layout::AmongData { permanent_key: "_permanent", owner_key: "_owner", is_pinned: true };

fn laid_out(layout: Layout, present: Present) -> Session {
    let origin = Origin { times: Some(TIMES), ..Origin::default() };
    Session::new(State::new(present.laid_out(layout), layout, Lifetimes::default(), origin))
}

#[test]
fn nothing_is_merged_into_a_session_that_belongs_to_somebody_else_by_now() {
    let (zoe, ann) = (Some("zoe"), Some("ann"));
    for layout in [Layout::Beside, FLASK] {
        for (found, set, now, is_merged) in [
            (None, None, None, true),
            (zoe, None, zoe, true),
            (None, None, zoe, false),
            (zoe, None, ann, false),
            (zoe, None, None, false),
            // This request sets an owner: another one may have set the same meanwhile, or none.
            (None, Some(zoe), None, true),
            (None, Some(zoe), zoe, true),
            (None, Some(zoe), ann, false),
            (zoe, Some(ann), zoe, true),
            (zoe, Some(ann), ann, true),
            (zoe, Some(ann), None, false),
            (zoe, Some(None), zoe, true),
            (zoe, Some(None), None, true),
            (zoe, Some(None), ann, false),
        ] {
            let case = format!("{layout:?}: of {found:?}, {set:?} sets it, {now:?} by now");
            let session = laid_out(layout, of(found, &number(1)));
            match set {
                Some(Some(owner)) => session.set_owner(owner),
                Some(None) => session.forget_owner(),
                None => {}
            }
            session.insert_value("k", 1);
            let theirs = of(now, &number(7)).laid_out(layout);
            let rebased = session.rebase(theirs, WhenConflict::LaterWins).unwrap();
            assert_eq!(rebased != Rebased::OwnerChanged, is_merged, "{case}");
            assert_eq!(session.value("n"), Some(if is_merged { 7 } else { 1 }.into()), "{case}");
            let owner = session.owner().map(|owner| owner.to_string());
            assert_eq!(owner.as_deref(), set.unwrap_or(found), "{case}");
            if is_merged {
                // From now on it counts from there.
                let again = session.rebase(of(now, &number(8)).laid_out(layout), WhenConflict::LaterWins);
                assert_ne!(again.unwrap(), Rebased::OwnerChanged, "{case}");
                let other =
                    session.rebase(of(Some("eve"), &number(9)).laid_out(layout), WhenConflict::LaterWins);
                assert_eq!(other.unwrap(), Rebased::OwnerChanged, "{case}");
            }
        }
    }
}

#[test]
fn what_was_cleared_or_not_changed_has_nothing_to_protect() {
    let handlers: [(Handler, Option<Value>); 2] = [
        (
            |s| {
                s.clear();
                s.insert_value("k", 1);
            },
            None,
        ),
        (|_| (), Some(7.into())),
    ];
    for (handler, n) in handlers {
        let session = open_of(of(None, &number(1)));
        handler(&session);
        let rebased = session.rebase(of(Some("zoe"), &number(7)), WhenConflict::LaterWins).unwrap();
        assert_ne!(rebased, Rebased::OwnerChanged);
        assert_eq!(session.value("n"), n);
    }
}

/// What a function does to the session while it runs is made to the result, and keeps what it is to be merged with.
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
    let rebased = session.rebase(present(number(7)), WhenConflict::Refuse).unwrap();
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

/// Else they would wait for themselves.
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
        session.rebase(present(number(theirs)), WhenConflict::LaterWins).unwrap();
        assert_eq!(count(), 0, "they may have to run again");
    }
    session.lock().begin_write();
    update(captured());
    session.lock().settle(None, Some(TIMES));
    assert_eq!(count(), 2, "what they computed is stored");
    session.insert_value("n", 1);
    assert_eq!(count(), 3, "it is not to run again");
    session.lock().put_back();
    session.remove("both");
    compute(captured());
    session.clear();
    assert_eq!(count(), 4);
}
