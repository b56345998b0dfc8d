//! Random changes by several requests while a session is saved: what is stored equals the result of a list of the changes.

use std::collections::BTreeMap;

use dewar::Session;
use proptest::prelude::*;

use super::add;
use super::gate::{Outcome, Stepped};

/// A change of a session. The model is a list of them.
#[derive(Debug, Clone, Copy)]
enum Change {
    Set(&'static str, i64),
    Add(&'static str),
    Remove(&'static str),
    Edit(&'static str, i64),
    /// The key has the value that the request found: what others set stays.
    Leave(&'static str),
    StartOver,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Do(Change),
    /// A whole request of another client.
    Other(Change),
    Begin,
    End(Outcome),
}

type Data = BTreeMap<String, i64>;

impl Change {
    fn apply_to(self, session: &Session) {
        match self {
            Self::Set(key, value) => session.insert_value(key, value),
            Self::Add(key) => add(session, key),
            Self::Remove(key) => _ = session.remove(key),
            Self::Edit(key, value) => session.edit(|data| _ = data.insert(key, value)),
            Self::Leave(_) => unreachable!("only of the model"),
            Self::StartOver => {
                session.clear();
                session.insert_value("user", 0);
            }
        }
    }

    fn apply_to_model(self, data: &mut Data) {
        match self {
            Self::Set(key, value) | Self::Edit(key, value) => _ = data.insert(key.to_owned(), value),
            Self::Add(key) => *data.entry(key.to_owned()).or_default() += 1,
            Self::Remove(key) => _ = data.remove(key),
            Self::Leave(_) => {}
            Self::StartOver => *data = Data::from([("user".to_owned(), 0)]),
        }
    }

    fn key(self) -> Option<&'static str> {
        match self {
            Self::Set(key, _)
            | Self::Add(key)
            | Self::Remove(key)
            | Self::Edit(key, _)
            | Self::Leave(key) => Some(key),
            Self::StartOver => None,
        }
    }

    /// Whether it changes these data.
    fn has_effect(self, data: &Data) -> bool {
        match self {
            Self::Remove(key) => data.contains_key(key),
            Self::Edit(key, value) => data.get(key) != Some(&value),
            _ => true,
        }
    }
}

/// The reference: the list of changes that are not stored yet, and how many of them are being written.
#[derive(Default)]
struct Model {
    stored: Data,
    /// The number of writes so far.
    version: usize,
    /// The data that the request last saw, and their version.
    seen: (Data, usize),
    unsaved: Vec<Change>,
    /// The number of saves under way; the first of them writes the first `in_flight` changes.
    saves: usize,
    in_flight: usize,
}

impl Model {
    fn view(&self) -> Data {
        let mut data = self.seen.0.clone();
        self.unsaved.iter().for_each(|change| change.apply_to_model(&mut data));
        data
    }

    fn write(&mut self, changes: &[Change]) {
        changes.iter().for_each(|change| change.apply_to_model(&mut self.stored));
        self.version += 1;
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Do(change) if change.has_effect(&self.view()) => self.unsaved.push(change),
            Step::Other(change) if change.has_effect(&self.stored) => self.write(&[change]),
            Step::Begin => {
                self.saves += 1;
                if self.saves == 1 {
                    self.begin_next();
                }
            }
            Step::End(outcome) if self.saves > 0 => self.end(outcome),
            _ => {}
        }
    }

    /// A key that was not only added to has its last value, if that is not the one that the request found.
    fn join_changes(&mut self) {
        let (view, changes) = (self.view(), self.unsaved.clone());
        if changes.iter().any(|change| change.key().is_none()) {
            return;
        }
        for key in ["a", "b"] {
            let is_of_key = |change: &Change| change.key() == Some(key);
            if !changes.iter().any(|change| is_of_key(change) && !matches!(change, Change::Add(_))) {
                continue;
            }
            self.unsaved.retain(|change| !is_of_key(change));
            self.unsaved.push(match view.get(key) {
                value if value == self.seen.0.get(key) => Change::Leave(key),
                Some(value) => Change::Set(key, *value),
                None => Change::Remove(key),
            });
        }
    }

    /// A save without changes ends at once.
    fn begin_next(&mut self) {
        self.in_flight = self.unsaved.len();
        if self.in_flight == 0 {
            self.saves = 0;
        }
    }

    fn end(&mut self, outcome: Outcome) {
        if outcome == Outcome::Done && self.seen.1 != self.version {
            // Another request wrote first: the unsaved changes are applied to its data.
            self.join_changes();
            self.seen = (self.stored.clone(), self.version);
            self.in_flight = self.unsaved.len();
            return;
        }
        if outcome == Outcome::Done {
            let done: Vec<Change> = self.unsaved.drain(..self.in_flight).collect();
            self.write(&done);
            self.seen = (self.stored.clone(), self.version);
        }
        self.saves -= 1;
        if self.saves > 0 {
            self.begin_next();
        }
    }
}

fn any_change() -> impl Strategy<Value = Change> {
    let key = || prop_oneof![Just("a"), Just("b")];
    prop_oneof![
        3 => (key(), 0..100_i64).prop_map(|(key, value)| Change::Set(key, value)),
        4 => key().prop_map(Change::Add),
        2 => key().prop_map(Change::Remove),
        2 => (key(), 0..3_i64).prop_map(|(key, value)| Change::Edit(key, value)),
        1 => Just(Change::StartOver),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any_change().prop_map(Step::Do),
        2 => any_change().prop_map(Step::Other),
        2 => Just(Step::Begin),
        3 => Just(Step::End(Outcome::Done)),
        1 => Just(Step::End(Outcome::Failed)),
    ]
}

fn data_of(session: &Session) -> Data {
    let keys = session.keys().into_iter().filter(|key| *key != "_permanent");
    keys.map(|key| (key.to_string(), session.get(&key.to_string()).unwrap().unwrap())).collect()
}

proptest! {
    /// Random changes by this request and others, between several saves, with a store that sometimes fails.
    #[test]
    fn what_is_saved_is_what_a_list_of_the_changes_says(steps in proptest::collection::vec(any_step(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut stepped = Stepped::new(false).await;
            stepped.site.visit(&stepped.cookie, |session| session.insert_value("user", 0)).await;
            stepped.session = stepped.slow.request(&stepped.cookie).await.session;
            let stored = Data::from([("user".to_owned(), 0)]);
            let mut model = Model { seen: (stored.clone(), 0), stored, ..Model::default() };
            let ends = std::iter::repeat_n(Step::End(Outcome::Done), 40);
            for step in steps.into_iter().chain(ends.clone()).chain([Step::Begin]).chain(ends) {
                match step {
                    Step::Do(change) => change.apply_to(&stepped.session),
                    Step::Other(change) => _ = stepped.site.visit(&stepped.cookie, |other| change.apply_to(other)).await,
                    Step::Begin => _ = stepped.begin(),
                    Step::End(outcome) => _ = stepped.end(outcome),
                }
                model.step(step);
                assert_eq!(data_of(&stepped.session), model.view(), "what the request sees after {step:?}");
                let stored = stepped.site.request(&stepped.cookie).await.session;
                assert_eq!(data_of(&stored), model.stored, "what is stored after {step:?}");
            }
            assert!(!stepped.session.is_modified() && stepped.saves.is_empty());
        });
    }
}
