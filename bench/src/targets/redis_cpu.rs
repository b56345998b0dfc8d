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
    let mut row = |(work, made, path): (&str, &str, &str)| {
        let cookies: Vec<String> = (0..AT_ONCE).map(|_| session(&runtime, &mut program, made)).collect();
        let nanoseconds = by_request(&redis, &runtime, &mut program, path, &cookies)?;
        let cost = Cost { nanoseconds, allocations: 0, bytes: 0 };
        let (work, who) = (work.to_owned(), "dewar".to_owned());
        Ok(Row { work, who, role: Role::Other, cost, cookie: None, server: None })
    };
    works.into_iter().map(&mut row).collect()
}

/// Nanoseconds, the mean of all requests.
fn by_request(
    redis: &Redis,
    runtime: &Runtime,
    program: &mut Router,
    path: &str,
    cookies: &[String],
) -> Result<u64, String> {
    let repeat = Repeat { rounds: ROUNDS, round: AT_ONCE, at_once: AT_ONCE };
    let mut sessions = cookies.iter().cycle();
    let mut requests = 0_u64;
    let spent = || RedisServer::at(redis.port()).spent().map_err(|error| error.to_string());
    let before = spent()?;
    cost_on(
        runtime,
        repeat,
        || {
            requests += 1;
            Router::request(path, &with(sessions.next().map(String::as_str)))
        },
        |request| program.answer(request),
    );
    let time = spent()?.saturating_sub(before);
    Ok(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX) / requests.max(1))
}

fn session(runtime: &Runtime, program: &mut Router, path: &str) -> String {
    pairs(&Router::cookies(&runtime.block_on(program.answer(Router::request(path, &with(None))))))
}
