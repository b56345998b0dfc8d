//! The servers take turns: a second each, several times, so that whatever else happens on the machine meets all of them.

use std::fs;
use std::time::Duration;

use dewar_bench_meter::{RedisServer, WORK};
use dewar_servers::Redis;
use tempfile::TempDir;

use super::figures::{Figures, Line, Round};
use super::load::{self, SCRIPT, Target};
use super::programs::Program;
use super::server::Server;
use super::visitors;
use crate::cores::Cores;
use crate::store_peers;

const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 2] = [1, 64];

/// A server that runs, with a file of its visitors' cookies.
struct Running {
    who: &'static str,
    server: Server,
    cookies: std::path::PathBuf,
}

/// Measures each program with the same work; with the engine that they share, also what that one spends.
pub(super) fn measure(
    programs: Vec<Program>,
    cores: Cores,
    engine: Option<&Redis>,
) -> Result<Figures, String> {
    println!("{}; best of {ROUNDS} rounds of a second; CPU time of the server by request", cores.describe());
    let folder = store_peers::folder()?;
    let script = folder.path().join("load.lua");
    fs::write(&script, SCRIPT).map_err(|error| error.to_string())?;
    let programs =
        programs.into_iter().map(|program| start(program, &folder)).collect::<Result<Vec<_>, _>>()?;
    let mut figures = Figures::default();
    for _ in 0..ROUNDS {
        for connections in CONNECTIONS {
            // Sessions that are made are many, so that a server would be measured with more of them than another.
            for (path, work) in WORK.iter().filter(|(path, _)| *path != "/new") {
                for program in &programs {
                    let url = format!("http://127.0.0.1:{}{path}", program.server.port());
                    let target = Target {
                        core: cores.load,
                        url: &url,
                        connections,
                        script: &script,
                        cookies: &program.cookies,
                    };
                    let line = figures.line(work, connections, program.who);
                    second(line, program, &target, engine)?;
                }
            }
        }
    }
    for Running { who, server, .. } in &programs {
        figures.memory.push((*who, server.memory()?));
    }
    Ok(figures)
}

fn start(program: Program, folder: &TempDir) -> Result<Running, String> {
    let Program { who, mut command } = program;
    let server = Server::start(&mut command)?;
    let cookies = folder.path().join(format!("{}.cookies", server.port()));
    fs::write(&cookies, visitors::cookies(server.port())?).map_err(|error| error.to_string())?;
    Ok(Running { who, server, cookies })
}

/// One second of load.
fn second(
    line: &mut Line,
    program: &Running,
    target: &Target<'_>,
    engine: Option<&Redis>,
) -> Result<(), String> {
    let (cpu, engines) = (program.server.cpu()?, spent(engine)?);
    let load = load::send(target)?;
    let cpu = program.server.cpu()?.saturating_sub(cpu);
    let engine = spent(engine)?.zip(engines).map(|(after, before)| after.saturating_sub(before));
    line.rounds.push(Round { load, cpu, engine });
    Ok(())
}

/// By the engine so far.
fn spent(engine: Option<&Redis>) -> Result<Option<Duration>, String> {
    let spent = engine.map(|redis| RedisServer::at(redis.port()).spent()).transpose();
    spent.map_err(|error| error.to_string())
}
