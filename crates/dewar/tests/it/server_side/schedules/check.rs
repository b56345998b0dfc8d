//! One run of a scenario, and whether the promises hold after it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use dewar::clock::{Clock, UnixTime};
use dewar::settings::WhenEnded;
use dewar::store::{Store, StoreKey};
use dewar::{ServerSide, SessionManager};

use super::super::{START, held};
use super::aftermath::{Aftermath, Found};
use super::browser::{Browser, Server};
use super::deeds::Program;
use super::explore::{Order, explore};
use super::fate::{Bounds, Fate};
use super::history::{Run, SharedRun, Who};
use super::lines::Lines;
use super::scenarios::Scenario;
use super::turns::{Turns, interleave};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Native,
    Flask,
}

/// What is tried.
#[derive(Clone, Copy)]
pub(super) struct Trial<'t> {
    pub(super) format: Format,
    pub(super) scenario: &'t Scenario,
    pub(super) bounds: Bounds,
    pub(super) program: Program,
    pub(super) store: &'t dyn Fn() -> Arc<dyn Store>,
}

/// A session that is there before all requests.
struct First {
    cookie: String,
    key: StoreKey,
}

impl Trial<'_> {
    /// In every order: how many there are, or what is wrong in the first that does not keep the promises.
    pub(super) fn explore(&self) -> Result<usize, String> {
        explore(|order| self.run(order))
    }

    fn run(&self, order: Order) -> (Order, Result<(), String>) {
        let scenario = self.scenario;
        let store = (self.store)();
        let passed = Arc::new(AtomicI64::new(0));
        let bare = self.manager(Arc::clone(&store), &passed);
        let elsewhere = scenario.elsewhere.then(|| first(&bare, Some("zoe")));
        let first = (!scenario.begins_without).then(|| first(&bare, scenario.owner));
        let run: SharedRun = Arc::new(Mutex::new(Run::new(Fate::new(order, self.bounds), passed)));
        let cookie = first.as_ref().map(|first| first.cookie.clone()).unwrap_or_default();
        run.lock().unwrap().keys.extend(first.iter().map(|first| (first.cookie.clone(), first.key.clone())));
        self.play(&run, store, &cookie);
        let mut run = std::mem::take(&mut *run.lock().unwrap());
        let order = std::mem::take(&mut run.fate).into_order();
        let firsts = first.into_iter().map(|first| (first.key, scenario.owner));
        let lines = Lines::new(firsts, &run.requests, &run.events);
        let aftermath = Aftermath {
            scenario,
            format: self.format,
            found: found(&bare, &run, &lines),
            lines,
            listed: at_once(bare.sessions_of("zoe", None)).unwrap().len(),
            is_elsewhere: elsewhere.is_some_and(|elsewhere| is_somebody(&bare, &elsewhere.cookie)),
            run: &run,
        };
        let outcome = aftermath.promises().map_err(|why| format!("{why}: {}", told(&run)));
        (order, outcome)
    }

    /// All tabs of both browsers.
    fn play(&self, run: &SharedRun, store: Arc<dyn Store>, cookie: &str) {
        let passed = Arc::clone(&run.lock().unwrap().passed);
        let manager = self.manager(Arc::new(Turns::new(store, Arc::clone(run))), &passed);
        let server = Server { manager: &manager, run, program: self.program };
        let (hers, planters) = (Browser::new(Who::Hers, cookie), Browser::new(Who::Planters, cookie));
        let tabs = self.scenario.hers.iter().map(|deeds| (&hers, deeds));
        let tabs = tabs.chain(self.scenario.planters.iter().map(|deeds| (&planters, deeds)));
        let tabs = tabs.enumerate().map(|(number, (browser, deeds))| {
            Box::pin(browser.tab(number, server, deeds)) as Pin<Box<dyn Future<Output = ()>>>
        });
        interleave(tabs.collect(), run);
        run.lock().unwrap().she_has = hers.cookie();
    }

    /// Of a program that asks to be told when nothing was kept.
    fn manager(&self, store: Arc<dyn Store>, passed: &Arc<AtomicI64>) -> SessionManager {
        let preset = match self.format {
            Format::Native => ServerSide::new("dewar", store),
            Format::Flask => ServerSide::flask(store),
        };
        let passed = Arc::clone(passed);
        let clock =
            Clock::from_fn(move || UnixTime::from_millis(START.millis() + passed.load(Ordering::Relaxed)));
        let at_most = self.scenario.at_most;
        let settings = ServerSide { when_ended: WhenEnded::Refuse, clock, at_most, ..preset };
        SessionManager::server_side(settings).unwrap()
    }
}

fn first(manager: &SessionManager, owner: Option<&'static str>) -> First {
    let session = at_once(manager.open([])).unwrap();
    session.insert_value("user", 1);
    if let Some(owner) = owner {
        session.set_owner(owner);
    }
    let cookie = held(&at_once(manager.save(&session)).unwrap()).unwrap();
    First { cookie, key: manager.store_key(&session).unwrap() }
}

fn is_somebody(manager: &SessionManager, cookie: &str) -> bool {
    at_once(manager.open([cookie.as_bytes()])).unwrap().contains("user")
}

/// What each cookie leads to that was ever given.
fn found(manager: &SessionManager, run: &Run, lines: &Lines) -> Vec<Found> {
    let found = run.keys.iter().filter_map(|(cookie, key)| {
        let session = at_once(manager.open([cookie.as_bytes()])).unwrap();
        let mut data = session.read(Clone::clone);
        // A new session of Flask-Session's has nothing but this.
        if manager.store_key(&session).is_none() {
            data.clear();
        }
        Some(Found { cookie: cookie.clone(), line: lines.of(key)?, data })
    });
    found.collect()
}

/// What happened, for whoever has to find out.
fn told(run: &Run) -> String {
    let requests = run.requests.iter().map(|request| {
        format!("\n  tab {}, {:?} from step {}: {:?}", request.tab, request.deed, request.begun, request.end)
    });
    let events = run
        .events
        .iter()
        .map(|event| format!("\n  step {}, request {}: {:?}", event.step, event.request, event.change));
    requests.chain(events).collect()
}

/// What a store that needs no time answers.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}
