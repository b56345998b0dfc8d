//! The servers that are measured side by side.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use dewar_servers::Redis;

use super::figures::Figures;
use super::rounds::measure;
use crate::chart::Chart;
use crate::cores::{Cores, on, pin};
use crate::store_peers;

/// A program, not started yet.
pub(super) struct Program {
    pub(super) who: &'static str,
    pub(super) command: Command,
}

/// Programs by how they are started.
struct Launcher {
    peers: PathBuf,
    cores: Cores,
}

pub(crate) fn in_memory() -> Result<Vec<Chart>, String> {
    let launcher = Launcher::new()?;
    let programs = vec![
        launcher.own("axum alone", &["axum"])?,
        launcher.own("dewar, sealed cookie", &["sealed"])?,
        launcher.own("dewar, memory", &["memory"])?,
        launcher.own("tower-sessions, memory", &["tower-sessions"])?,
    ];
    done(measure(programs, launcher.cores, None)?)
}

pub(crate) fn in_sqlite() -> Result<Vec<Chart>, String> {
    let launcher = Launcher::new()?;
    let folder = store_peers::folder()?;
    let path = |name: &str| folder.path().join(name).display().to_string();
    let programs = vec![
        launcher.own("dewar", &["store", &format!("sqlite://{}", path("dewar.db"))])?,
        launcher.peer("tower-sessions", &["tower-sqlite", &path("tower.db")]),
    ];
    done(measure(programs, launcher.cores, None)?)
}

pub(crate) fn in_redis() -> Result<Vec<Chart>, String> {
    let launcher = Launcher::new()?;
    let redis = launcher.redis()?;
    let programs = vec![
        launcher.own("dewar", &["store", &redis.url()])?,
        launcher.peer("tower-sessions", &["tower-redis", &redis.port().to_string()]),
    ];
    done(measure(programs, launcher.cores, Some(&redis))?)
}

pub(crate) fn in_actix() -> Result<Vec<Chart>, String> {
    let launcher = Launcher::new()?;
    let redis = launcher.redis()?;
    let port = redis.port().to_string();
    let programs = vec![
        launcher.peer("actix-web alone", &["actix"]),
        launcher.peer("dewar, sealed cookie", &["actix-dewar"]),
        launcher.peer("actix-session, private cookie", &["actix-session"]),
        launcher.peer("dewar, Redis", &["actix-dewar-redis", &port]),
        launcher.peer("actix-session, Redis", &["actix-session-redis", &port]),
    ];
    done(measure(programs, launcher.cores, Some(&redis))?)
}

fn done(figures: Figures) -> Result<Vec<Chart>, String> {
    figures.print();
    Ok(figures.charts())
}

impl Launcher {
    fn new() -> Result<Self, String> {
        Ok(Self { peers: store_peers::build()?, cores: Cores::of_this_machine() })
    }

    /// This program itself.
    fn own(&self, who: &'static str, words: &[&str]) -> Result<Program, String> {
        let this = env::current_exe().map_err(|error| error.to_string())?;
        Ok(self.program(&this, who, words))
    }

    /// One of those that are built apart.
    fn peer(&self, who: &'static str, words: &[&str]) -> Program {
        self.program(&self.peers, who, words)
    }

    fn program(&self, path: &Path, who: &'static str, words: &[&str]) -> Program {
        let mut command = on(self.cores.server, path);
        command.arg("serve").args(words);
        Program { who, command }
    }

    fn redis(&self) -> Result<Redis, String> {
        let redis = Redis::start()?;
        pin(redis.pid(), &self.cores.engine.to_string())?;
        Ok(redis)
    }
}
