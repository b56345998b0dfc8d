//! What a store sends, and how it interprets the answers.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use dewar_core::clock::UnixTime;
use dewar_core::{Entry, Revision, Store, StoreError, StoreKey, Touch, Trim, Write, WriteOutcome};

use super::super::{Flask, Native, Row, SqlStore, Value};
use super::made_up::{MADE_UP, MadeUp, Reply, Sent};

const NOW: UnixTime = UnixTime::from_millis(1000);
const LATER: UnixTime = UnixTime::from_millis(2000);

/// The fake engine never waits.
fn now<T>(call: impl Future<Output = T>) -> T {
    match pin!(call).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

fn native(replies: impl IntoIterator<Item = Reply>) -> SqlStore<MadeUp, Native> {
    SqlStore::native_from(7, MadeUp::replying(replies), &MADE_UP)
}

fn flask(replies: impl IntoIterator<Item = Reply>) -> SqlStore<MadeUp, Flask> {
    SqlStore::flask(MadeUp::replying(replies), &MADE_UP, "rows")
}

fn key(text: &str) -> StoreKey {
    StoreKey::new(text)
}

fn entry(payload: &'static str) -> Entry {
    Entry::new(payload, Some(LATER))
}

fn found(payload: &'static str, number: i64) -> Reply {
    let row = Row { payload: payload.into(), expires: Some(LATER), number, is_live: true };
    Reply::Found(vec![(key("a"), row)])
}

fn expired() -> Reply {
    let row = Row { payload: "x".into(), expires: Some(NOW), number: 1, is_live: false };
    Reply::Found(vec![(key("a"), row)])
}

fn nothing() -> Reply {
    Reply::Found(Vec::new())
}

/// The first words of each statement.
fn verbs(sent: &[Sent]) -> Vec<&str> {
    sent.iter().filter_map(|Sent(text, _)| text.split(' ').next()).collect()
}

#[test]
fn each_write_is_few_statements_and_each_answer_has_its_meaning() {
    use Reply::Wrote;
    let (a, b, x, seen) = (key("a"), key("b"), entry("x"), Revision::from_number(3));
    let create = Write::create(&a, &x);
    let swap = Write::swap(&a, &seen, &x);
    let rename = Write::rename(&a, &b, &seen, &x, None);
    let (remove, bury) = (Write::remove(&a, None), Write::remove(&a, Some(&x)));
    let saved = || WriteOutcome::Saved(Revision::from_number(7));
    type Case<'a> = (Write<'a>, Vec<Reply>, fn(&WriteOutcome) -> bool, &'a [&'a str]);
    let cases: Vec<Case<'_>> = vec![
        (create, vec![Wrote(1)], |done| matches!(done, WriteOutcome::Saved(_)), &["INSERT"]),
        (create, vec![Wrote(0)], |done| *done == WriteOutcome::Taken, &["INSERT"]),
        (swap, vec![Wrote(1)], |done| matches!(done, WriteOutcome::Saved(_)), &["UPDATE"]),
        (
            swap,
            vec![Wrote(0), found("y", 4)],
            |done| matches!(done, WriteOutcome::Changed(_)),
            &["UPDATE", "SELECT"],
        ),
        (swap, vec![Wrote(0), nothing()], |done| *done == WriteOutcome::Gone, &["UPDATE", "SELECT"]),
        (swap, vec![Wrote(0), expired()], |done| *done == WriteOutcome::Gone, &["UPDATE", "SELECT"]),
        (
            rename,
            vec![Wrote(1), Wrote(1)],
            |done| matches!(done, WriteOutcome::Saved(_)),
            &["INSERT", "DELETE"],
        ),
        (
            rename,
            vec![Wrote(0), found("y", 4)],
            |done| matches!(done, WriteOutcome::Changed(_)),
            &["INSERT", "SELECT"],
        ),
        (rename, vec![Wrote(0), found("y", 3)], |done| *done == WriteOutcome::Taken, &["INSERT", "SELECT"]),
        (rename, vec![Wrote(0), nothing()], |done| *done == WriteOutcome::Gone, &["INSERT", "SELECT"]),
        (remove, vec![Wrote(1)], |done| *done == WriteOutcome::Removed, &["DELETE"]),
        (remove, vec![Wrote(0)], |done| *done == WriteOutcome::Gone, &["DELETE"]),
        (bury, vec![Wrote(1)], |done| *done == WriteOutcome::Removed, &["UPDATE"]),
        (bury, vec![Wrote(0)], |done| *done == WriteOutcome::Gone, &["UPDATE"]),
    ];
    for (number, (write, replies, is_right, expected)) in cases.into_iter().enumerate() {
        let store = native(replies);
        let done = now(store.write(write, NOW)).unwrap();
        assert!(is_right(&done), "{number}: {done:?}");
        assert!(!matches!(done, WriteOutcome::Saved(_)) || done == saved(), "{number}: {done:?}");
        assert_eq!(verbs(&store.driver.sent()), expected, "{number}");
    }
}

#[test]
fn values_go_where_the_text_has_their_names() {
    let store = native([Reply::Wrote(1)]);
    let owned = Entry { owner: Some("me".into()), ..entry("x") };
    let _ = now(store.write(Write::swap(&key("a"), &Revision::from_number(3), &owned), NOW)).unwrap();
    let sent = store.driver.sent();
    let owner = || Value::Text("me".into());
    assert!(
        sent[0].0.starts_with("UPDATE dewar_sessions SET payload = ?, revision = ?, expires = ?, joined = ")
    );
    let expected = [
        Value::Bytes("x".into()),
        Value::Integer(7),
        Value::Integer(2000),
        owner(),
        owner(),
        owner(),
        owner(),
        Value::Key(key("a")),
        Value::Integer(3),
        Value::Integer(1000),
    ];
    assert_eq!(sent[0].1, expected);
}

#[test]
fn flask_rows_are_compared_by_their_payload_and_end_at_a_date() {
    let store = flask([Reply::Wrote(0), found("y", 1)]);
    let seen = Revision::from_payload("w".into());
    let done = now(store.write(Write::swap(&key("a"), &seen, &entry("x")), NOW)).unwrap();
    let WriteOutcome::Changed(stored) = done else { panic!("{done:?}") };
    assert_eq!(stored.revision, Revision::from_payload("y".into()));
    let sent = store.driver.sent();
    assert_eq!(
        sent[0].0,
        "UPDATE `rows` SET data = ?, expiry = ? WHERE session_id = ? AND data = ? AND expiry > ?"
    );
    let dates = [LATER, NOW].map(|moment| Value::DateTime(Some(moment)));
    let [later, at] = dates;
    assert_eq!(
        sent[0].1,
        [Value::Bytes("x".into()), later, Value::Key(key("a")), Value::Bytes("w".into()), at]
    );
}

#[test]
fn a_read_is_one_statement_and_its_best_effort_work_may_fail() {
    let busy = || Reply::Failed(StoreError::busy("locked"));
    let touch = Touch { expires: UnixTime::from_millis(3000), if_before: UnixTime::from_millis(2500) };
    for (replies, expected) in [
        (vec![found("x", 1)], vec!["SELECT"]),
        (vec![found("x", 1), Reply::Wrote(1)], vec!["SELECT", "UPDATE"]),
        (vec![found("x", 1), Reply::Wrote(0)], vec!["SELECT", "UPDATE"]),
        (vec![found("x", 1), busy()], vec!["SELECT", "UPDATE"]),
    ] {
        let store = native(replies);
        let touch = (expected.len() > 1).then_some(touch);
        let stored = now(store.load(&key("a"), touch, NOW)).unwrap().unwrap();
        assert_eq!((&*stored.payload, stored.expires), (&b"x"[..], Some(LATER)));
        assert_eq!(verbs(&store.driver.sent()), expected);
    }
    let store = flask([expired(), busy()]);
    assert_eq!(now(store.load(&key("a"), Some(touch), NOW)).unwrap(), None);
    assert_eq!(verbs(&store.driver.sent()), ["SELECT", "DELETE"], "as Flask-Session does");
    let store = native([expired()]);
    assert_eq!(now(store.load(&key("a"), Some(touch), NOW)).unwrap(), None);
    assert_eq!(verbs(&store.driver.sent()), ["SELECT"], "it is left to a sweep");
}

#[test]
fn a_tombstone_that_has_no_room_leaves_the_entry_removed() {
    let refused = Reply::Failed(StoreError::refused("full"));
    let store = native([refused, Reply::Wrote(1)]);
    let done = now(store.write(Write::remove(&key("a"), Some(&entry("gone"))), NOW)).unwrap();
    assert_eq!(done, WriteOutcome::Removed);
    assert_eq!(verbs(&store.driver.sent()), ["UPDATE", "DELETE"]);
}

#[test]
fn a_page_that_is_full_says_where_the_next_begins() {
    let store = native([found("x", 1)]);
    let page = now(store.lister().unwrap().list("a", None, 1, NOW)).unwrap();
    assert_eq!(page.next.as_ref().map(|cursor| cursor.0.as_str()), Some("a\u{1}"));
    let store = native([found("x", 1)]);
    assert!(now(store.lister().unwrap().list("a", None, 2, NOW)).unwrap().next.is_none());
    let store = flask([found("x", 41)]);
    let page = now(store.lister().unwrap().list("a", None, 1, NOW)).unwrap();
    assert_eq!(page.next.map(|cursor| cursor.0).as_deref(), Some("41"));
}

#[test]
fn owners_are_known_in_the_native_table_alone() {
    assert!(flask([]).owners().is_none());
    let store = native([found("x", 1)]);
    let trimmed = now(store.owners().unwrap().trim("me", 2, Trim::Oldest, NOW)).unwrap();
    assert_eq!(trimmed, [key("a")]);
    let sent = store.driver.sent();
    assert!(sent[0].0.contains("LIMIT 18446744073709551615 OFFSET ?"));
    let values = [Value::Text("me".into()), Value::Integer(1000), Value::Integer(2)];
    assert!(sent[0].1 == [&[Value::Text("me".into())][..], &values, &values, &values].concat());
}
