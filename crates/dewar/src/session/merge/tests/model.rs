//! A request and its model.

use proptest::prelude::*;

use super::{Stored, TIMES, open, present};
use crate::session::Session;
use crate::session::conflict::OnConflict;
use crate::value::{Map, Text, Value, three_way};

/// One change by a handler.
#[derive(Debug, Clone)]
pub(super) enum Op {
    Insert(usize, Value),
    Remove(usize),
    /// Counts in the key.
    Update(usize),
    /// Appends to the key.
    Modify(usize, i64),
    /// Sets one key and removes another.
    Edit(usize, Value, usize),
    /// Counts in the first key, and sets the second to what it was.
    Compute(usize, usize),
    Clear,
}

const KEYS: [&str; 3] = ["a", "b", "c"];

fn any_value() -> impl Strategy<Value = Value> {
    let list = proptest::collection::vec(0..4_i64, 0..3);
    prop_oneof![
        (0..3_i64).prop_map(Value::from),
        list.prop_map(|items| Value::List(items.into_iter().map(Value::from).collect())),
        (0..3_usize, 0..3_i64).prop_map(|(key, n)| Value::Map(Map::from([(KEYS[key], n)]))),
    ]
}

pub(super) fn any_op() -> impl Strategy<Value = Op> {
    let key = 0..KEYS.len();
    prop_oneof![
        6 => (key.clone(), any_value()).prop_map(|(key, value)| Op::Insert(key, value)),
        3 => key.clone().prop_map(Op::Remove),
        4 => key.clone().prop_map(Op::Update),
        4 => (key.clone(), 0..9_i64).prop_map(|(key, item)| Op::Modify(key, item)),
        3 => (key.clone(), any_value(), key.clone()).prop_map(|(set, value, gone)| Op::Edit(set, value, gone)),
        4 => (key.clone(), key).prop_map(|(from, to)| Op::Compute(from, to)),
        1 => Just(Op::Clear),
    ]
}

fn counted(value: Option<&Value>) -> Value {
    match value {
        Some(Value::Int(n)) => (n + 1).into(),
        _ => 1.into(),
    }
}

fn pushed(value: Option<&Value>, item: i64) -> Value {
    let mut list = match value {
        Some(Value::List(list)) => list.clone(),
        _ => Vec::new(),
    };
    list.push(item.into());
    Value::List(list)
}

fn compute(data: &mut Map, from: usize, to: usize) {
    let old = data.get(KEYS[from]).cloned();
    data.insert(KEYS[from], counted(old.as_ref()));
    if let Some(old) = old {
        data.insert(KEYS[to], old);
    }
}

impl Op {
    fn of_session(self, session: &Session) {
        match self {
            Self::Insert(key, value) => session.insert_value(KEYS[key], value),
            Self::Remove(key) => _ = session.remove(KEYS[key]),
            Self::Update(key) => {
                _ = session.update(KEYS[key], |value: Option<Value>| counted(value.as_ref())).unwrap();
            }
            Self::Modify(key, item) => {
                session
                    .modify(KEYS[key], move |value: &mut Value| *value = pushed(Some(value), item))
                    .unwrap();
            }
            Self::Edit(set, value, gone) => session.edit(|data| {
                data.insert(KEYS[set], value);
                data.remove(KEYS[gone]);
            }),
            Self::Compute(from, to) => session
                .compute(move |data| {
                    compute(data, from, to);
                    Ok(())
                })
                .unwrap(),
            Self::Clear => session.clear(),
        }
    }
}

/// A change of the model.
#[derive(Debug, Clone)]
enum Change {
    Set(&'static str),
    Update(&'static str, Function),
    Compute(usize, usize),
}

impl Change {
    fn key(&self) -> Option<&'static str> {
        match self {
            Self::Set(key) | Self::Update(key, _) => Some(key),
            Self::Compute(..) => None,
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Function {
    Count,
    Push(i64),
}

impl Function {
    fn call(self, value: Option<&Value>) -> Value {
        match self {
            Self::Count => counted(value),
            Self::Push(item) => pushed(value, item),
        }
    }
}

#[derive(Debug, Default)]
struct Changes {
    is_cleared: bool,
    /// Each change with the data before it.
    log: Vec<(Map, Change)>,
}

impl Changes {
    fn is_some(&self) -> bool {
        self.is_cleared || !self.log.is_empty()
    }
}

/// A session and its expected state.
#[derive(Debug)]
pub(super) struct Request {
    session: Session,
    /// What was stored when the request last read it.
    seen: usize,
    data: Map,
    unsaved: Changes,
    /// What the save in progress is writing.
    writing: Option<(Changes, Map)>,
}

impl Request {
    pub(super) fn open(stored: &Stored) -> Self {
        Self {
            session: open(&stored.data),
            seen: stored.writes,
            data: stored.data.clone(),
            unsaved: Changes::default(),
            writing: None,
        }
    }

    pub(super) fn change(&mut self, op: Op) {
        let mut after = self.data.clone();
        let mut changes = Vec::new();
        match op.clone() {
            Op::Insert(key, value) => {
                after.insert(KEYS[key], value);
                changes.push(Change::Set(KEYS[key]));
            }
            Op::Remove(key) => {
                if after.remove(KEYS[key]).is_some() {
                    changes.push(Change::Set(KEYS[key]));
                }
            }
            Op::Update(key) => changes.push(update(&mut after, KEYS[key], Function::Count)),
            Op::Modify(key, item) => changes.push(update(&mut after, KEYS[key], Function::Push(item))),
            Op::Edit(set, value, gone) => {
                after.insert(KEYS[set], value);
                after.remove(KEYS[gone]);
                changes.extend(differing(&self.data, &after).into_iter().map(Change::Set));
            }
            Op::Compute(from, to) => {
                compute(&mut after, from, to);
                if !differing(&self.data, &after).is_empty() {
                    changes.push(Change::Compute(from, to));
                }
            }
            Op::Clear => {
                after.clear();
                self.unsaved = Changes { is_cleared: true, log: Vec::new() };
            }
        }
        op.of_session(&self.session);
        let before = std::mem::replace(&mut self.data, after);
        self.unsaved.log.extend(changes.into_iter().map(|change| (before.clone(), change)));
    }

    pub(super) fn begin_write(&mut self) {
        self.fail();
        self.session.lock().begin_write();
        self.writing = Some((std::mem::take(&mut self.unsaved), self.data.clone()));
    }

    pub(super) fn fail(&mut self) {
        self.session.lock().put_back();
        let Some((written, _)) = self.writing.take() else { return };
        if !self.unsaved.is_cleared {
            self.unsaved.log.splice(0..0, written.log);
        }
        self.unsaved.is_cleared |= written.is_cleared;
    }

    pub(super) fn save(&mut self, stored: &mut Stored) {
        if self.writing.is_none() || self.seen != stored.writes {
            self.fail();
            if self.seen != stored.writes {
                let rebased = self.session.rebase(present(stored.data.clone()), OnConflict::LaterWins);
                assert!(rebased.is_ok());
                self.merge(stored.data.clone(), false);
            }
            self.begin_write();
        }
        let (_, data) = self.writing.take().unwrap();
        self.session.lock().settle(None, Some(TIMES));
        *stored = Stored { data, writes: stored.writes + 1 };
        self.seen = stored.writes;
    }

    pub(super) fn restart(&mut self) {
        self.session.restart_from(present(Map::new())).unwrap();
        self.merge(Map::new(), true);
    }

    /// Section by section: keys that were set outright are merged, others computed again.
    fn merge(&mut self, mut theirs: Map, is_outright: bool) {
        if self.unsaved.is_cleared {
            theirs.clear();
        }
        let mut rest = std::mem::take(&mut self.unsaved.log).into_iter().peekable();
        let mut log = Vec::new();
        while let Some((before, first)) = rest.next() {
            let found = theirs.clone();
            if let Change::Compute(from, to) = first {
                compute(&mut theirs, from, to);
                log.push((found, first));
                continue;
            }
            let mut section = vec![first];
            while let Some((_, change)) = rest.next_if(|(_, change)| !matches!(change, Change::Compute(..))) {
                section.push(change);
            }
            let after = rest.peek().map_or(&self.data, |(before, _)| before);
            merge_section(&section, &before, after, &mut theirs, is_outright);
            log.extend(section.into_iter().map(|change| (found.clone(), change)));
        }
        self.unsaved.log = log;
        self.data = theirs;
    }

    pub(super) fn check(&self) {
        let data = self.session.read(Map::clone);
        assert!(data.is_identical(&self.data), "{data:?} is not {:?}", self.data);
        let written = self.writing.as_ref().map(|(changes, _)| changes);
        let is_modified = [Some(&self.unsaved), written].into_iter().flatten().any(Changes::is_some);
        assert_eq!(self.session.is_modified(), is_modified, "{:?}", self.unsaved);
    }
}

fn merge_section(section: &[Change], before: &Map, after: &Map, theirs: &mut Map, is_outright: bool) {
    let mut keys: Vec<_> = section.iter().filter_map(Change::key).collect();
    let mut known = Vec::new();
    keys.retain(|key| {
        !known.contains(key) && {
            known.push(*key);
            true
        }
    });
    for key in keys {
        let set = |change: &Change| matches!(change, Change::Set(changed) if *changed == key);
        if section.iter().any(set) {
            let found = theirs.get(key).cloned();
            let merged = match is_outright {
                true => after.get(key).cloned(),
                false => three_way(before.get(key), after.get(key), found).value,
            };
            match merged {
                Some(value) => _ = theirs.insert(key, value),
                None => _ = theirs.remove(key),
            }
            continue;
        }
        for change in section {
            if let Change::Update(changed, function) = change
                && *changed == key
            {
                let new = function.call(theirs.get(key));
                theirs.insert(key, new);
            }
        }
    }
}

fn update(data: &mut Map, key: &'static str, function: Function) -> Change {
    let new = function.call(data.get(key));
    data.insert(key, new);
    Change::Update(key, function)
}

/// What was removed, then what was set.
fn differing(before: &Map, after: &Map) -> Vec<&'static str> {
    let value = |map: &Map, key: &Text| map.get_text(key).map(|value| format!("{value:?}"));
    let removed = before.keys().filter(|key| !after.contains_text(key));
    let set = after.keys().filter(|key| value(before, key) != value(after, key));
    removed.chain(set).filter_map(|key| KEYS.into_iter().find(|known| *key == **known)).collect()
}
