//! The time that Redis itself spends on a request, which all programs that share it have to divide.

use axum::Router;
use dewar_bench_meter::{
    AT_ONCE, Cost, Program, RedisServer, Repeat, Role, Row, cost_on, pairs, routes, runtime, with,
};
use dewar_servers::Redis;
use tokio::runtime::Runtime;

use crate::cores::apart;
use crate::peers::dewar_store;
use crate::redis_server;

/// What is done, at most how many nanoseconds of Redis it may take, and the paths of the request that makes its session and of those that are measured.
pub(super) const WORKS: [(&str, i64, &str, &str); 4] = [
    ("CPU time of Redis, session read, 64 at once", 3_000, "/new", "/read"),
    ("CPU time of Redis, session changed, 64 at once", 10_000, "/new", "/write"),
    ("CPU time of Redis, session with an owner read, 64 at once", 3_000, "/login", "/read"),
    ("CPU time of Redis, session with an owner changed, 64 at once", 10_000, "/login", "/write"),
];

const ROUNDS: usize = 40;

pub(super) fn rows() -> Result<Vec<Row>, String> {
    let redis = apart(Redis::start)?;
    let runtime = runtime();
    let mut program = routes(dewar_store::native(&redis_server::open(&runtime, redis.port())?));
    let rows = WORKS
        .into_iter()
        .map(|(work, _, made, path)| Ok(row(work, spent_on(&redis, &runtime, &mut program, made, path)?)));
    rows.collect()
}

fn row(work: &str, nanoseconds: u64) -> Row {
    let cost = Cost { nanoseconds, allocations: 0, bytes: 0 };
    Row {
        work: work.to_owned(),
        who: "dewar".to_owned(),
        role: Role::Other,
        cost,
        cookie: None,
        server: None,
    }
}

/// Nanoseconds of Redis for each request, the mean of all.
fn spent_on(
    redis: &Redis,
    runtime: &Runtime,
    program: &mut Router,
    made: &str,
    path: &str,
) -> Result<u64, String> {
    let cookies: Vec<String> = (0..AT_ONCE).map(|_| session(runtime, program, made)).collect();
    let (mut sessions, mut requests) = (cookies.iter().cycle(), 0_u64);
    let repeat = Repeat { rounds: ROUNDS, round: AT_ONCE, at_once: AT_ONCE };
    let spent = || RedisServer::at(redis.port()).spent().map_err(|error| error.to_string());
    let before = spent()?;
    let request = || {
        requests += 1;
        Router::request(path, &with(sessions.next().map(String::as_str)))
    };
    cost_on(runtime, repeat, request, |request| program.answer(request));
    let time = spent()?.saturating_sub(before);
    Ok(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / requests.max(1))
}

fn session(runtime: &Runtime, program: &mut Router, path: &str) -> String {
    pairs(&Router::cookies(&runtime.block_on(program.answer(Router::request(path, &with(None))))))
}
