//! A store and the processes that share it.

use dewar_servers::Redis;
use dewar_testbed::Framework;
use tempfile::TempDir;

use crate::client::Client;
use crate::process::Testbed;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Memory,
    Files,
    Sqlite,
    Redis,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Records {
    Native,
    Flask,
}

/// Processes on one store; one alone where the store is its own memory.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) testbeds: Vec<Testbed>,
    pub(crate) store: String,
    pub(crate) records: Records,
    /// Dropped after the processes.
    _engine: Kept,
}

#[derive(Debug)]
#[expect(dead_code, reason = "only to be dropped at the end")]
enum Kept {
    Nothing,
    Folder(TempDir),
    Redis(Redis),
}

impl Site {
    /// `None` if the engine is not on this machine.
    pub(crate) fn start(engine: Engine, records: Records, frameworks: &[Framework]) -> Option<Self> {
        let (store, stored) = match engine {
            Engine::Memory => ("memory:".to_owned(), Kept::Nothing),
            Engine::Files => folder(|path| format!("file://{path}/sessions")),
            Engine::Sqlite => folder(|path| format!("sqlite://{path}/sessions.db")),
            Engine::Redis => {
                let redis = Redis::for_test()?;
                (redis.url(), Kept::Redis(redis))
            }
        };
        Some(Self { _engine: stored, ..Self::at(store, records, frameworks) })
    }

    /// Processes on a store that the caller owns.
    pub(crate) fn at(store: String, records: Records, frameworks: &[Framework]) -> Self {
        let testbeds =
            frameworks.iter().map(|framework| Testbed::start(*framework, &store, records.word())).collect();
        Self { testbeds, store, records, _engine: Kept::Nothing }
    }

    /// A tab at one of the processes, in turn.
    pub(crate) fn client(&self, number: usize) -> Client {
        Client::new(self.testbeds[number % self.testbeds.len()].address)
    }

    /// One tab at each.
    pub(crate) fn clients(&self) -> Vec<Client> {
        (0..self.testbeds.len()).map(|number| self.client(number)).collect()
    }
}

impl Records {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Flask => "flask",
        }
    }
}

/// Its name in the table, with the framework if there is one process.
pub(crate) fn name(engine: Engine, records: Records, frameworks: &[Framework]) -> String {
    let engine = match engine {
        Engine::Memory if frameworks == [Framework::ActixWeb] => "memory_actix_web",
        Engine::Memory => "memory_axum",
        Engine::Files => "files",
        Engine::Sqlite => "sqlite",
        Engine::Redis => "redis",
    };
    match records {
        Records::Native => engine.to_owned(),
        Records::Flask => format!("{engine}_flask"),
    }
}

fn folder(url: impl Fn(&str) -> String) -> (String, Kept) {
    let folder = tempfile::tempdir().unwrap();
    (url(folder.path().to_str().unwrap()), Kept::Folder(folder))
}
