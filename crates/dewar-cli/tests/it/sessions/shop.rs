//! A program with sessions in a store.

use std::time::Duration;

use dewar::clock::{Clock, UnixTime};
use dewar::store::Store;
use dewar::value::Value;
use dewar::{Lifetime, Login, ServerSide, SessionManager};
use dewar_stores::guard::GuardOptions;
use tokio::runtime::Runtime;

use crate::command::{Run, dewar, run_with};

/// A program called `shop`, with sessions in the store with a URL.
pub(crate) struct Shop {
    runtime: Runtime,
    manager: SessionManager,
}

impl Shop {
    pub(crate) fn at(url: &str) -> Self {
        Self::since(url, Duration::ZERO)
    }

    /// With a clock that is slow by this much.
    pub(crate) fn since(url: &str, ago: Duration) -> Self {
        Self::with(url, |store| ServerSide {
            clock: Clock::from_fn(move || Clock::system().now().minus(ago)),
            ..ServerSide::new("shop", store)
        })
    }

    /// With a clock that is fast by this much.
    pub(crate) fn ahead(url: &str, by: Duration) -> Self {
        Self::with(url, |store| ServerSide {
            clock: Clock::from_fn(move || Clock::system().now().plus(by)),
            ..ServerSide::new("shop", store)
        })
    }

    /// With a clock that stands still.
    pub(crate) fn at_one_moment(url: &str) -> Self {
        let now = Clock::system().now();
        Self::with(url, |store| ServerSide {
            clock: Clock::from_fn(move || now),
            ..ServerSide::new("shop", store)
        })
    }

    /// A program that moves from the other store, as it is told to in the guide.
    pub(crate) fn moving(url: &str, from: &str) -> Self {
        let Self { runtime, manager } = Self::at(url);
        let old = runtime.block_on(dewar_stores::open_with(from, patient())).unwrap();
        let old = SessionManager::server_side(ServerSide {
            lifetime: Lifetime::default(),
            ..ServerSide::new("shop", old)
        });
        let until = Clock::system().now().plus(Duration::from_secs(86_400));
        Self { runtime, manager: manager.migrating_from(old.unwrap(), until) }
    }

    /// With records of any size.
    pub(crate) fn roomy(url: &str) -> Self {
        Self::with(url, |store| ServerSide { largest_record: usize::MAX, ..ServerSide::new("shop", store) })
    }

    /// With Flask-Session's records, where a Flask program has them.
    pub(crate) fn of_flask(url: &str) -> Self {
        let settings = dewar_stores::flask_settings(url).unwrap();
        let vars = settings.map(|(name, value)| (format!("FLASK_{name}"), value)).into_iter();
        let secret = ("FLASK_SECRET_KEY".to_owned(), "5f0c19e2a7d84b3690fe21c7b58d4a63".to_owned());
        let config = dewar::config::Config::from_vars("FLASK", vars.chain([secret])).unwrap();
        let runtime = Runtime::new().unwrap();
        let store = runtime.block_on(dewar_stores::from_config_with(&config, patient())).unwrap();
        let manager = SessionManager::server_side(config.server_side(store).unwrap()).unwrap();
        Self { runtime, manager }
    }

    fn with(url: &str, settings: impl FnOnce(std::sync::Arc<dyn Store>) -> ServerSide) -> Self {
        let runtime = Runtime::new().unwrap();
        let store = runtime.block_on(dewar_stores::open_with(url, patient())).unwrap();
        let settings = ServerSide { lifetime: Lifetime::default(), ..settings(store) };
        Self { runtime, manager: SessionManager::server_side(settings).unwrap() }
    }

    /// The manager, and where its futures run.
    pub(crate) fn parts(&self) -> (SessionManager, tokio::runtime::Handle) {
        (self.manager.clone(), self.runtime.handle().clone())
    }

    /// Logs in, and returns the cookie.
    pub(crate) fn log_in(&self, owner: &str) -> String {
        self.log_in_with(owner, "", &[])
    }

    pub(crate) fn log_in_with(&self, owner: &str, device: &str, data: &[(&str, &str)]) -> String {
        self.runtime.block_on(async {
            let session = self.manager.open([]).await.unwrap();
            if device.is_empty() {
                session.log_in(owner);
            } else {
                session.log_in(Login::new(owner).device(device, "Lisbon"));
            }
            data.iter().for_each(|(key, value)| session.insert_value(*key, *value));
            let saved = self.manager.save(&session).await.unwrap();
            saved.set_cookie().unwrap().split(';').next().unwrap().to_owned()
        })
    }

    /// Who the cookie says is logged in.
    pub(crate) fn owner(&self, cookie: &str) -> Option<String> {
        self.runtime.block_on(async {
            let session = self.manager.open([cookie.as_bytes()]).await.unwrap();
            session.owner().map(|owner| owner.to_string())
        })
    }

    /// Stores a value, as a request does.
    pub(crate) fn insert(&self, cookie: &str, key: &str, value: impl Into<Value>) {
        self.runtime.block_on(async {
            let session = self.manager.open([cookie.as_bytes()]).await.unwrap();
            session.insert_value(key, value);
            let _ = self.manager.save(&session).await.unwrap();
        });
    }

    pub(crate) fn value(&self, cookie: &str, key: &str) -> Option<String> {
        self.runtime.block_on(async {
            self.manager.open([cookie.as_bytes()]).await.unwrap().get::<String>(key).unwrap()
        })
    }

    pub(crate) fn number(&self, cookie: &str, key: &str) -> Option<i64> {
        self.block_on(async {
            self.manager.open([cookie.as_bytes()]).await.unwrap().get::<i64>(key).unwrap()
        })
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn log_out(&self, cookie: &str) {
        self.runtime.block_on(async {
            let session = self.manager.open([cookie.as_bytes()]).await.unwrap();
            session.log_out();
            let _ = self.manager.save(&session).await.unwrap();
        });
    }

    /// Does something while a request has the session open; then the request stores a change.
    pub(crate) fn during_a_request(&self, cookie: &str, meanwhile: impl FnOnce()) {
        let session = self.runtime.block_on(self.manager.open([cookie.as_bytes()])).unwrap();
        meanwhile();
        session.insert_value("cart", "late");
        let _ = self.runtime.block_on(self.manager.save(&session)).unwrap();
    }

    /// Begins many sessions, each with a text of this length.
    pub(crate) fn fill(&self, sessions: usize, text: usize) {
        let text = "x".repeat(text);
        self.runtime.block_on(async {
            for _ in 0..sessions / 500 {
                let batch = (0..500).map(|number| {
                    let (manager, text) = (self.manager.clone(), text.clone());
                    tokio::spawn(async move {
                        let session = manager.open([]).await.unwrap();
                        session.insert_value("number", number);
                        session.insert_value("text", text);
                        let _ = manager.save(&session).await.unwrap();
                    })
                });
                futures_util::future::join_all(batch).await.into_iter().for_each(Result::unwrap);
            }
        });
    }

    /// The handles of an owner's sessions, oldest first, and when they began.
    pub(crate) fn handles(&self, owner: &str) -> Vec<(String, UnixTime)> {
        let sessions = self.runtime.block_on(self.manager.sessions_of(owner, None)).unwrap();
        sessions.into_iter().map(|session| (session.handle, session.created)).collect()
    }
}

/// These tests are about what is stored, not about how soon, on a machine that may be busy.
fn patient() -> GuardOptions {
    let deadline = Duration::from_secs(30);
    GuardOptions { deadline, long_deadline: deadline, breaker: None, ..GuardOptions::default() }
}

/// Runs `dewar sessions` for the program, with the URL of its store in the environment.
pub(crate) fn sessions(url: &str, command: &str, args: &[&str]) -> Run {
    run_with(dewar().env("DEWAR_STORE", url).args(["sessions", command, "--name", "shop"]).args(args), "")
}
