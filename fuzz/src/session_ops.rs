//! What a program may do with a session.

use dewar::clock::Clock;
use dewar::value::{Map, Value};
use dewar::{ClientSide, Session, SessionManager};

use crate::input::Input;
use crate::program::{NOW, keys, now};

/// Random operations on a session and on a plain list of pairs beside it; then the same through the cookie.
pub fn session_ops(data: &[u8]) {
    let mut input = Input::new(data);
    let settings = if input.flag() { ClientSide::new(keys()) } else { ClientSide::flask(keys()) };
    let manager = SessionManager::client_side(ClientSide { clock: Clock::fixed(NOW), ..settings }).unwrap();
    let mut cookie = String::new();
    let mut model = Model::default();
    for _ in 0..3 {
        let session = now(manager.open([cookie.as_bytes()])).unwrap();
        assert_eq!(session.is_new(), model.pairs.is_empty());
        model = Model { pairs: model.pairs, ..Model::default() };
        model.agrees(&session);
        for _ in 0..input.byte() % 16 {
            step(&mut input, &session, &mut model);
            model.agrees(&session);
        }
        let Ok(reply) = now(manager.save(&session)) else { return };
        if let Some(line) = reply.set_cookie() {
            cookie = line.split(';').next().unwrap().to_owned();
        }
        // Flask sorts.
        if manager.cookie_name() == "session" {
            model.pairs.sort();
        }
    }
}

/// What the session should hold, in order.
#[derive(Default)]
struct Model {
    pairs: Vec<(String, i64)>,
    is_modified: bool,
    is_destroyed: bool,
}

impl Model {
    fn agrees(&self, session: &Session) {
        assert_eq!(session.is_modified(), self.is_modified);
        let held = session.read(|data| {
            data.iter().map(|(key, value)| (key.to_string(), number(value))).collect::<Vec<_>>()
        });
        assert_eq!(held, self.pairs);
    }

    fn insert(&mut self, key: &str, value: i64) {
        if self.is_destroyed {
            return;
        }
        self.is_modified = true;
        match self.pairs.iter_mut().find(|(each, _)| each == key) {
            Some((_, present)) => *present = value,
            None => self.pairs.push((key.to_owned(), value)),
        }
    }

    fn get(&self, key: &str) -> Option<i64> {
        self.pairs.iter().find(|(each, _)| each == key).map(|(_, value)| *value)
    }

    fn remove(&mut self, key: &str) {
        self.is_modified |= self.get(key).is_some();
        self.pairs.retain(|(each, _)| each != key);
    }

    fn clear(&mut self) {
        self.is_modified = true;
        self.pairs.clear();
    }
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Int(number) => *number,
        other => panic!("{other:?} was never put in"),
    }
}

fn step(input: &mut Input<'_>, session: &Session, model: &mut Model) {
    let key = ["a", "b", " t", "key of some length", ""][usize::from(input.byte() % 5)];
    let value = i64::from(input.byte());
    match input.byte() % 10 {
        0..=2 => {
            session.insert_value(key, value);
            model.insert(key, value);
        }
        3 => {
            assert_eq!(session.remove(key).as_ref().map(number), model.get(key));
            model.remove(key);
        }
        4 => {
            session.update(key, |present: Option<i64>| present.unwrap_or(0) + 1).unwrap();
            model.insert(key, model.get(key).unwrap_or(0) + 1);
        }
        5 => edit(session, model, key, value),
        6 => {
            assert_eq!(session.get::<i64>(key).unwrap(), model.get(key));
            assert_eq!(session.contains(key), model.get(key).is_some());
        }
        7 => {
            session.clear();
            model.clear();
        }
        8 => {
            session.regenerate_id();
            model.is_modified = true;
        }
        _ if value < 32 => {
            session.destroy();
            model.clear();
            model.is_destroyed = true;
        }
        _ => assert_eq!((session.len(), session.is_empty()), (model.pairs.len(), model.pairs.is_empty())),
    }
}

/// Sets one key and takes another out; only what differs afterwards counts as a change.
fn edit(session: &Session, model: &mut Model, key: &str, value: i64) {
    session.edit(|data: &mut Map| {
        data.insert(key, value);
        data.remove("b");
    });
    if model.is_destroyed {
        return;
    }
    let before = Model { is_modified: model.is_modified, pairs: model.pairs.clone(), is_destroyed: false };
    model.insert(key, value);
    model.remove("b");
    let differs =
        |one: &Model, other: &Model| one.pairs.iter().any(|(key, value)| other.get(key) != Some(*value));
    model.is_modified = before.is_modified || differs(model, &before) || differs(&before, model);
}
