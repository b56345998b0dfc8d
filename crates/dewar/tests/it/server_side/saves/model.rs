//! Any changes, by any requests, while a session is saved: what is kept is what a list of the changes says.

use std::collections::BTreeMap;

use dewar::Session;
use proptest::prelude::*;

use super::add;
use super::gate::{Fate, Stepped};

/// What is done to a session, in a model that knows nothing but the list of it.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Set(&'static str, i64),
    Add(&'static str),
    Remove(&'static str),
    Edit(&'static str, i64),
    StartOver,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Do(Deed),
    /// Another request, whole.
    Other(Deed),
    Begin,
    End(Fate),
}

type Data = BTreeMap<String, i64>;

impl Deed {
    fn done_to(self, session: &Session) {
        match self {
            Self::Set(key, value) => session.insert_value(key, value),
            Self::Add(key) => add(session, key),
            Self::Remove(key) => _ = session.remove(key),
            Self::Edit(key, value) => session.edit(|data| _ = data.insert(key, value)),
            Self::StartOver => {
                session.clear();
                session.insert_value("user", 0);
            }
        }
    }

    fn done_to_model(self, data: &mut Data) {
        match self {
            Self::Set(key, value) | Self::Edit(key, value) => _ = data.insert(key.to_owned(), value),
            Self::Add(key) => *data.entry(key.to_owned()).or_default() += 1,
            Self::Remove(key) => _ = data.remove(key),
            Self::StartOver => *data = Data::from([("user".to_owned(), 0)]),
        }
    }

    /// What leaves the data as they are is no change.
    fn changes(self, data: &Data) -> bool {
        match self {
            Self::Remove(key) => data.contains_key(key),
            Self::Edit(key, value) => data.get(key) != Some(&value),
            _ => true,
        }
    }
}

/// The reference: the list of what was done and is not kept, and how much of it is being written.
#[derive(Default)]
struct Model {
    stored: Data,
    /// How often it was written.
    version: usize,
    /// What the request last saw, and which version that was.
    seen: (Data, usize),
    undone: Vec<Deed>,
    /// How many saves are under way, the first of which writes so many deeds.
    saves: usize,
    in_flight: usize,
}

impl Model {
    fn view(&self) -> Data {
        let mut data = self.seen.0.clone();
        self.undone.iter().for_each(|deed| deed.done_to_model(&mut data));
        data
    }

    fn write(&mut self, deeds: &[Deed]) {
        deeds.iter().for_each(|deed| deed.done_to_model(&mut self.stored));
        self.version += 1;
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Do(deed) if deed.changes(&self.view()) => self.undone.push(deed),
            Step::Other(deed) if deed.changes(&self.stored) => self.write(&[deed]),
            Step::Begin => {
                self.saves += 1;
                if self.saves == 1 {
                    self.begin_next();
                }
            }
            Step::End(fate) if self.saves > 0 => self.end(fate),
            _ => {}
        }
    }

    /// A save that has nothing to do is over at once.
    fn begin_next(&mut self) {
        self.in_flight = self.undone.len();
        if self.in_flight == 0 {
            self.saves = 0;
        }
    }

    fn end(&mut self, fate: Fate) {
        if fate == Fate::Done && self.seen.1 != self.version {
            // Another was faster: all that is undone is done to that.
            self.seen = (self.stored.clone(), self.version);
            self.in_flight = self.undone.len();
            return;
        }
        if fate == Fate::Done {
            let done: Vec<Deed> = self.undone.drain(..self.in_flight).collect();
            self.write(&done);
            self.seen = (self.stored.clone(), self.version);
        }
        self.saves -= 1;
        if self.saves > 0 {
            self.begin_next();
        }
    }
}

fn any_deed() -> impl Strategy<Value = Deed> {
    let key = || prop_oneof![Just("a"), Just("b")];
    prop_oneof![
        3 => (key(), 0..100_i64).prop_map(|(key, value)| Deed::Set(key, value)),
        4 => key().prop_map(Deed::Add),
        2 => key().prop_map(Deed::Remove),
        2 => (key(), 0..3_i64).prop_map(|(key, value)| Deed::Edit(key, value)),
        1 => Just(Deed::StartOver),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => any_deed().prop_map(Step::Do),
        2 => any_deed().prop_map(Step::Other),
        2 => Just(Step::Begin),
        3 => Just(Step::End(Fate::Done)),
        1 => Just(Step::End(Fate::Failed)),
    ]
}

fn data_of(session: &Session) -> Data {
    let keys = session.keys().into_iter().filter(|key| *key != "_permanent");
    keys.map(|key| (key.to_string(), session.get(&key.to_string()).unwrap().unwrap())).collect()
}

proptest! {
    /// Any changes, by this request and others, while it is saved and saved again, and the store fails now and then.
    #[test]
    fn what_is_saved_is_what_a_list_of_the_changes_says(steps in proptest::collection::vec(any_step(), 0..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut stepped = Stepped::new(false).await;
            stepped.site.visit(&stepped.cookie, |session| session.insert_value("user", 0)).await;
            stepped.session = stepped.slow.request(&stepped.cookie).await.session;
            let stored = Data::from([("user".to_owned(), 0)]);
            let mut model = Model { seen: (stored.clone(), 0), stored, ..Model::default() };
            let ends = std::iter::repeat_n(Step::End(Fate::Done), 40);
            for step in steps.into_iter().chain(ends.clone()).chain([Step::Begin]).chain(ends) {
                match step {
                    Step::Do(deed) => deed.done_to(&stepped.session),
                    Step::Other(deed) => _ = stepped.site.visit(&stepped.cookie, |other| deed.done_to(other)).await,
                    Step::Begin => _ = stepped.begin(),
                    Step::End(fate) => _ = stepped.end(fate),
                }
                model.step(step);
                assert_eq!(data_of(&stepped.session), model.view(), "what the request sees after {step:?}");
                let stored = stepped.site.request(&stepped.cookie).await.session;
                assert_eq!(data_of(&stored), model.stored, "what is kept after {step:?}");
            }
            assert!(!stepped.session.is_modified() && stepped.saves.is_empty());
        });
    }
}
