//! A store and the processes that share it.

use dewar_testbed::Framework;
use tempfile::TempDir;

use crate::client::Client;
use crate::engine::{Durability, Engine};
use crate::process::Testbed;
use crate::server::Server;
use crate::store::{Records, Store};

/// Processes on one store; one alone where the store is its own memory.
#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) testbeds: Vec<Testbed>,
    pub(crate) store: Store,
    /// Dropped after the processes.
    _engine: Kept,
}

#[derive(Debug)]
#[expect(dead_code, reason = "only to be dropped at the end")]
enum Kept {
    Nothing,
    Folder(TempDir),
    Server(Box<dyn Server>),
}

impl Site {
    /// `None` if the engine is not on this machine.
    pub(crate) fn start(engine: Engine, records: Records, frameworks: &[Framework]) -> Option<Self> {
        let (url, kept) = match engine {
            Engine::Memory => ("memory:".to_owned(), Kept::Nothing),
            Engine::Files => folder(|path| format!("file://{path}/sessions")),
            Engine::Sqlite => folder(|path| format!("sqlite://{path}/sessions.db")),
            _ => {
                let server = engine.server(Durability::Any)?;
                (server.url(), Kept::Server(server))
            }
        };
        Some(Self { _engine: kept, ..Self::at(Store { engine, url, records }, frameworks) })
    }

    /// Processes on a store that the caller owns.
    pub(crate) fn at(store: Store, frameworks: &[Framework]) -> Self {
        let testbeds = frameworks.iter().map(|framework| Testbed::start(*framework, &store)).collect();
        Self { testbeds, store, _engine: Kept::Nothing }
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

/// Its name in the table, with the framework if there is one process.
pub(crate) fn name(engine: Engine, records: Records, frameworks: &[Framework]) -> String {
    let engine = match (engine, frameworks) {
        (Engine::Memory, [Framework::ActixWeb]) => "memory_actix_web",
        (Engine::Memory, _) => "memory_axum",
        _ => engine.name(),
    };
    match records {
        Records::Native => engine.to_owned(),
        Records::Flask => format!("{engine}_flask_records"),
        Records::FlaskSession => format!("{engine}_flask_session"),
    }
}

fn folder(url: impl Fn(&str) -> String) -> (String, Kept) {
    let folder = tempfile::tempdir().unwrap();
    (url(folder.path().to_str().unwrap()), Kept::Folder(folder))
}
