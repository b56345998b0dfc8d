//! The race kit: processes of the testbed that work on the same sessions of the same store, with real servers only. Of two processes one
//! is of each framework.
//!
//! `cargo test -p dewar-testbed --test races` runs all races, one after the other, and prints a table of the results; the table is what
//! `cargo xtask test` has in its log. Words behind `--` choose those whose name contains one. `DEWAR_RACES=0.05` runs a twentieth of each,
//! and `DEWAR_RACES=5 cargo test -p dewar-testbed --test races -- postgres` the full counts of an engine that has a share of them
//! otherwise. The table shows the seed of all random choices: `DEWAR_SEED=7` sets it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod client;
mod down;
mod engine;
mod failover;
mod kill;
mod logout;
mod lost_answers;
mod process;
mod restarts;
mod run;
mod server;
mod shaken;
mod site;
mod store;
mod updates;

use std::process::ExitCode;

use dewar_testbed::Framework;

use self::engine::Engine;
use self::run::Run;
use self::site::Site;
use self::store::Records;

/// The races of each store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Race {
    Keys,
    Counter,
    Carts,
    Logout(logout::Against),
    Kill,
    LostAnswers,
}

const RACES: [(&str, Race); 8] = [
    ("keys", Race::Keys),
    ("counter", Race::Counter),
    ("carts", Race::Carts),
    ("logout_write", Race::Logout(logout::Against::Write)),
    ("logout_read", Race::Logout(logout::Against::Read)),
    ("logout_new_id", Race::Logout(logout::Against::NewId)),
    ("kill", Race::Kill),
    ("lost_answers", Race::LostAnswers),
];

/// The processes at one store, of different frameworks: what races is a request of one with a request of another.
const BOTH: &[Framework] = &Framework::ALL;

/// Each store, its processes, and how much of each race it gets. A store in memory has one process, and so each framework its own.
const SITES: [(Engine, Records, &[Framework], f64); 17] = [
    (Engine::Memory, Records::Native, &[Framework::Axum], 1.0),
    (Engine::Memory, Records::Native, &[Framework::ActixWeb], 1.0),
    (Engine::Files, Records::Native, BOTH, 1.0),
    (Engine::Sqlite, Records::Native, BOTH, 1.0),
    (Engine::Redis, Records::Native, BOTH, 1.0),
    (Engine::Files, Records::Flask, BOTH, 0.1),
    (Engine::Files, Records::FlaskSession, BOTH, 0.04),
    (Engine::Sqlite, Records::FlaskSession, BOTH, 0.04),
    (Engine::Redis, Records::Flask, BOTH, 0.1),
    (Engine::Postgres, Records::Native, BOTH, 0.2),
    (Engine::Postgres, Records::FlaskSession, BOTH, 0.04),
    (Engine::MariaDb, Records::Native, BOTH, 0.2),
    (Engine::MariaDb, Records::FlaskSession, BOTH, 0.04),
    (Engine::MongoDb, Records::Native, BOTH, 0.2),
    (Engine::MongoDb, Records::FlaskSession, BOTH, 0.04),
    (Engine::Memcached, Records::Native, BOTH, 0.2),
    (Engine::Memcached, Records::FlaskSession, BOTH, 0.04),
];

fn main() -> ExitCode {
    let mut run = Run::new(std::env::args().skip(1));
    for (engine, records, frameworks, share) in SITES {
        at_one_store(&mut run, engine, records, frameworks, share);
    }
    down::race(&mut run);
    shaken::race(&mut run);
    failover::race(&mut run);
    restarts::race(&mut run);
    run.close()
}

fn at_one_store(run: &mut Run, engine: Engine, records: Records, frameworks: &[Framework], share: f64) {
    let store = site::name(engine, records, frameworks);
    let races = RACES.iter().filter(|(race, _)| run.wants(&store, race));
    let races: Vec<_> =
        races.filter(|(_, race)| *race != Race::Kill || can_be_killed(engine, records)).collect();
    if races.is_empty() {
        return;
    }
    let start = || Site::start(engine, records, frameworks);
    let Some(site) = run.prepare(&store, start) else { return };
    for (name, race) in races {
        run.race(&store, name, race.run(&site, share * run.scale, run.seed));
    }
}

/// A store in memory ends with the process. In Dewar's own tables, Flask-Session's records are written by the same calls as ours.
fn can_be_killed(engine: Engine, records: Records) -> bool {
    engine != Engine::Memory && records != Records::Flask
}

impl Race {
    async fn run(self, site: &Site, share: f64, seed: u64) -> run::Outcome {
        let times = |all: f64| (all * share).round().max(1.0) as usize;
        match self {
            Self::Keys => updates::keys(site, times(1000.0)).await,
            Self::Counter => updates::counter(site, times(500.0)).await,
            Self::Carts => updates::carts(site, times(60.0)).await,
            Self::Logout(against) => logout::race(site, against, times(2000.0)).await,
            Self::Kill => kill::race(site, times(500.0)).await,
            Self::LostAnswers => lost_answers::race(site, times(10_000.0), seed).await,
        }
    }
}
