//! The time that Redis itself spends on a request, which all programs that share it have to divide.

use axum::Router;
use dewar_bench_meter::{
    AT_ONCE, Cost, Program, RedisServer, Repeat, Role, Row, cost_on, pairs, routes, runtime, with,
};
use dewar_servers::Redis;
use tokio::runtime::Runtime;

use crate::cores::apart;
use crate::peers::dewar_store;
use crate::raw_redis::{GET, RawRedis, SCRIPT};
use crate::redis_server;

pub(super) const READ: &str = "CPU time of Redis, session read, 64 at once";
pub(super) const CHANGED: &str = "CPU time of Redis, session changed, 64 at once";
pub(super) const READ_OWNED: &str = "CPU time of Redis, session with an owner read, 64 at once";
pub(super) const CHANGED_OWNED: &str = "CPU time of Redis, session with an owner changed, 64 at once";

const ROUNDS: usize = 40;

pub(super) fn rows() -> Result<Vec<Row>, String> {
    let redis = apart(Redis::start)?;
    let runtime = runtime();
    let mut program = routes(dewar_store::native(&redis_server::open(&runtime, redis.port())?));
    let works = [
        (READ, "/new", "/read"),
        (CHANGED, "/new", "/write"),
        (READ_OWNED, "/login", "/read"),
        (CHANGED_OWNED, "/login", "/write"),
    ];
    let mut of_requests = |(work, made, path): (&str, &str, &str)| {
        let cookies: Vec<String> = (0..AT_ONCE).map(|_| session(&runtime, &mut program, made)).collect();
        let mut sessions = cookies.iter().cycle();
        let request = || Router::request(path, &with(sessions.next().map(String::as_str)));
        let spent = spent_on(&redis, &runtime, request, |request| program.answer(request))?;
        Ok(row(work, "dewar", Role::Other, spent))
    };
    let requests: Result<Vec<Row>, String> = works.into_iter().map(&mut of_requests).collect();
    let raw = RawRedis::connect(&runtime, redis.port());
    let get = spent_on(&redis, &runtime, || raw.clone(), RawRedis::get)?;
    let script = spent_on(&redis, &runtime, || raw.clone(), RawRedis::script)?;
    let calls =
        works.map(|(work, ..)| [row(work, GET, Role::Part, get), row(work, SCRIPT, Role::Part, script)]);
    Ok([requests?, calls.concat()].concat())
}

fn row(work: &str, who: &str, role: Role, nanoseconds: u64) -> Row {
    let cost = Cost { nanoseconds, allocations: 0, bytes: 0 };
    Row { work: work.to_owned(), who: who.to_owned(), role, cost, cookie: None, server: None }
}

/// Nanoseconds of Redis for each operation, the mean of all.
fn spent_on<I, F: Future>(
    redis: &Redis,
    runtime: &Runtime,
    mut input: impl FnMut() -> I,
    operation: impl FnMut(I) -> F,
) -> Result<u64, String> {
    let repeat = Repeat { rounds: ROUNDS, round: AT_ONCE, at_once: AT_ONCE };
    let mut operations = 0_u64;
    let spent = || RedisServer::at(redis.port()).spent().map_err(|error| error.to_string());
    let before = spent()?;
    let counted = || {
        operations += 1;
        input()
    };
    cost_on(runtime, repeat, counted, operation);
    let time = spent()?.saturating_sub(before);
    Ok(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / operations.max(1))
}

fn session(runtime: &Runtime, program: &mut Router, path: &str) -> String {
    pairs(&Router::cookies(&runtime.block_on(program.answer(Router::request(path, &with(None))))))
}
