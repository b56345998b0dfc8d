//! Runs a scenario and checks the promises after it.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use dewar::clock::{Clock, UnixTime};
use dewar::settings::OnEnded;
use dewar::store::{Store, StoreKey};
use dewar::{ServerSide, SessionManager};

use super::super::{START, held};
use super::actions::Program;
use super::browser::{Browser, Server};
use super::choices::{Bounds, Choices};
use super::explore::{Order, explore};
use super::final_state::{FinalState, Found};
use super::history::{Run, SharedRun, Who};
use super::scenarios::Scenario;
use super::tracked_sessions::TrackedSessions;
use super::turns::{Turns, interleave};

/// How records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Native,
    Flask,
}

/// What is run: a scenario on a store, in one format, with a number of failures.
#[derive(Clone, Copy)]
pub(super) struct Trial<'t> {
    pub(super) format: Format,
    pub(super) scenario: &'t Scenario,
    pub(super) bounds: Bounds,
    pub(super) program: Program,
    pub(super) store: &'t dyn Fn() -> Arc<dyn Store>,
}

/// A session that exists before the requests.
struct First {
    cookie: String,
    key: StoreKey,
}

impl Trial<'_> {
    /// Runs every order. Returns their number, or what is wrong in the first that breaks a promise.
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
        let run: SharedRun = Arc::new(Mutex::new(Run::new(Choices::new(order, self.bounds), passed)));
        let cookie = first.as_ref().map(|first| first.cookie.clone()).unwrap_or_default();
        run.lock().unwrap().keys.extend(first.iter().map(|first| (first.cookie.clone(), first.key.clone())));
        self.play(&run, store, &cookie);
        let mut run = std::mem::take(&mut *run.lock().unwrap());
        let order = std::mem::take(&mut run.choices).into_order();
        let firsts = first.into_iter().map(|first| (first.key, scenario.owner));
        let sessions = TrackedSessions::new(firsts, &run.requests, &run.events, self.program);
        let final_state = FinalState {
            scenario,
            format: self.format,
            program: self.program,
            found: found(&bare, &run, &sessions),
            sessions,
            listed: poll_once(bare.sessions_of("zoe", None)).unwrap().len(),
            is_logged_in_elsewhere: elsewhere.is_some_and(|elsewhere| opens_a_user(&bare, &elsewhere.cookie)),
            run: &run,
        };
        let outcome = final_state.promises().map_err(|why| format!("{why}: {}", describe(&run)));
        (order, outcome)
    }

    /// Runs all tabs of both browsers.
    fn play(&self, run: &SharedRun, store: Arc<dyn Store>, cookie: &str) {
        let passed = Arc::clone(&run.lock().unwrap().passed);
        let manager = self.manager(Arc::new(Turns::new(store, Arc::clone(run))), &passed);
        let server = Server { manager: &manager, run, program: self.program };
        let (user, attacker) = (Browser::new(Who::User, cookie), Browser::new(Who::Attacker, cookie));
        let tabs = self.scenario.user.iter().map(|actions| (&user, actions));
        let tabs = tabs.chain(self.scenario.attacker.iter().map(|actions| (&attacker, actions)));
        let tabs = tabs.enumerate().map(|(number, (browser, actions))| {
            Box::pin(browser.tab(number, server, actions)) as Pin<Box<dyn Future<Output = ()>>>
        });
        interleave(tabs.collect(), run);
        run.lock().unwrap().user_cookie = user.cookie();
    }

    /// The manager of a program that wants an error when its session has ended.
    fn manager(&self, store: Arc<dyn Store>, passed: &Arc<AtomicI64>) -> SessionManager {
        let preset = match self.format {
            Format::Native => ServerSide::new("dewar", store),
            Format::Flask => ServerSide::flask(store),
        };
        let passed = Arc::clone(passed);
        let clock =
            Clock::from_fn(move || UnixTime::from_millis(START.millis() + passed.load(Ordering::Relaxed)));
        let session_limit = self.scenario.session_limit;
        let settings = ServerSide { on_ended: OnEnded::Refuse, clock, session_limit, ..preset };
        SessionManager::server_side(settings).unwrap()
    }
}

fn first(manager: &SessionManager, owner: Option<&'static str>) -> First {
    let session = poll_once(manager.open([])).unwrap();
    session.insert_value("user", 1);
    if let Some(owner) = owner {
        session.set_owner(owner);
    }
    let cookie = held(&poll_once(manager.save(&session)).unwrap()).unwrap();
    First { cookie, key: manager.store_key(&session).unwrap() }
}

fn opens_a_user(manager: &SessionManager, cookie: &str) -> bool {
    poll_once(manager.open([cookie.as_bytes()])).unwrap().contains("user")
}

/// What each cookie that was ever set opens.
fn found(manager: &SessionManager, run: &Run, sessions: &TrackedSessions) -> Vec<Found> {
    let found = run.keys.iter().filter_map(|(cookie, key)| {
        let session = poll_once(manager.open([cookie.as_bytes()])).unwrap();
        let mut data = session.read(Clone::clone);
        // A new session of Flask-Session contains only the flag of permanence.
        if manager.store_key(&session).is_none() {
            data.clear();
        }
        Some(Found { cookie: cookie.clone(), session: sessions.index_of(key)?, data })
    });
    found.collect()
}

/// What happened, step by step, for the message of a failed test.
fn describe(run: &Run) -> String {
    let requests = run.requests.iter().map(|request| {
        format!(
            "\n  tab {}, {:?} from step {}: {:?}",
            request.tab, request.action, request.begun, request.end
        )
    });
    let events = run
        .events
        .iter()
        .map(|event| format!("\n  step {}, request {}: {:?}", event.step, event.request, event.change));
    requests.chain(events).collect()
}

/// The result of a future that never waits, as those of a memory store.
fn poll_once<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}
