//! Conflicts: keys that were read and then set by two requests.

use serde::Deserialize;

use super::{number, open, present};
use crate::session::Session;
use crate::session::conflict::{CannotMerge, OnConflict, Rebased};
use crate::value::{Map, Text, Value};

/// The outcome of a conflict, with the number of overwritten values, or the conflicting keys if conflicts are refused.
fn rebased(session: &Session, theirs: &Map) -> (usize, Vec<String>) {
    let refused = match session.rebase(present(theirs.clone()), OnConflict::Refuse) {
        Err(CannotMerge::Conflict(keys)) => keys.iter().map(ToString::to_string).collect(),
        Ok(Rebased::Merged { overwritten: 0 }) => Vec::new(),
        other => panic!("{other:?}"),
    };
    match session.rebase(present(theirs.clone()), OnConflict::LaterWins) {
        Ok(Rebased::Merged { overwritten }) => (overwritten, refused),
        other => panic!("{other:?}"),
    }
}

type Handler = fn(&Session);

#[test]
fn what_was_read_by_name_and_set_is_a_conflict_if_another_request_changed_it() {
    let read_and_set: [Handler; 6] = [
        |s| s.insert_value("n", s.get::<i64>("n").unwrap().unwrap() + 1),
        |s| s.insert_value("n", s.get_value("n").unwrap()),
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
        let is_changed = session.get_value("n") != Some(1.into());
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
    let refused = session.rebase(present(number(7)), OnConflict::Refuse);
    assert!(matches!(refused, Err(CannotMerge::Conflict(_))), "{refused:?}");
    assert_eq!(session.read(Map::clone), before);
    // It is still recorded as a conflict.
    let overwritten = session.rebase(present(number(8)), OnConflict::LaterWins).unwrap();
    assert_eq!(overwritten, Rebased::Merged { overwritten: 1 });
    assert_eq!((session.get_value("n"), session.get_value("other")), (Some(2.into()), Some(true.into())));
    // The next one is a conflict only if the key was changed once more.
    let again = |n| session.rebase(present(number(n)), OnConflict::LaterWins).unwrap();
    assert_eq!(again(8), Rebased::Merged { overwritten: 0 });
    assert_eq!(again(9), Rebased::Merged { overwritten: 1 });
}

/// If two requests counted, or added the same article, one change is lost, although both were equal.
#[test]
fn a_number_or_an_item_that_both_made_is_a_conflict_if_it_was_read() {
    let list = |items: &[i64]| Value::List(items.iter().copied().map(Value::from).collect());
    let texts = |items: &[&str]| Value::List(items.iter().copied().map(Value::from).collect());
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
        // An item that both added, too.
        (Some(list(&[1])), list(&[1, 2]), true),
        (None, list(&[1]), true),
        (Some(texts(&["a", "b"])), texts(&["b", "a"]), false),
        (Some(texts(&["a"])), texts(&["a", "b"]), true),
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
            assert_eq!(session.get_value("k"), Some(both.clone()));
        }
    }
}

/// A merged value that the program's type cannot read.
#[test]
fn a_mixed_value_that_the_type_of_a_read_cannot_read_gives_way_to_the_later_write() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "Vec<i64>")]
    #[expect(dead_code, reason = "only deserialized")]
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
        (session.get_value("list").unwrap(), overwritten)
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
