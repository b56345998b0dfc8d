//! Sessions in a real Redis.

use std::sync::Arc;

use dewar::store::Store;
use dewar_bench_meter::{RedisServer, Role, Row, Turns, Wire, measure_on_redis, routes, runtime};
use dewar_servers::Redis;
use tokio::runtime::Runtime;

use crate::cores::apart;
use crate::peers::dewar_store::{self, FLASK, NATIVE};
use crate::peers::least;
use crate::raw_redis::{GET, PTTL_AND_GET, RawRedis, SCRIPT, SET};
use crate::{raw, store_peers, table};

const ROUNDS: usize = 40;

/// Round trips.
pub(crate) fn count() -> Result<(), String> {
    let peers = store_peers::build()?;
    let redis = Redis::start()?;
    let wire = Wire::before(redis.port()).map_err(|error| error.to_string())?;
    let runtime = runtime();
    let store = open(&runtime, wire.port())?;
    let mut all = vec![
        Turns::count(&runtime, &mut routes(dewar_store::native(&store)), NATIVE, &wire),
        Turns::count(&runtime, &mut routes(dewar_store::flask(&store)), FLASK, &wire),
    ];
    all.extend(store_peers::run(&peers, &["trips", &redis.port().to_string()])?);
    table::print_turns(&all);
    Ok(())
}

/// Time and allocations.
pub(crate) fn measure() -> Result<(), String> {
    table::print(&rows()?);
    Ok(())
}

pub(crate) fn rows() -> Result<Vec<Row>, String> {
    let peers = store_peers::build()?;
    let redis = apart(Redis::start)?;
    let runtime = runtime();
    let store = open(&runtime, redis.port())?;
    let mut rows = raw(&runtime, redis.port());
    let server = RedisServer::at(redis.port());
    let mut own = |mut program, who| {
        rows.extend(measure_on_redis(&runtime, &mut program, who, Role::Other, ROUNDS, server));
    };
    own(routes(dewar_store::native(&store)), NATIVE);
    own(routes(dewar_store::flask(&store)), FLASK);
    let mut least_program = routes(least::over_redis(&runtime, redis.port()));
    rows.extend(measure_on_redis(&runtime, &mut least_program, least::REDIS, Role::Part, ROUNDS, server));
    rows.extend(store_peers::run(&peers, &["redis", &redis.port().to_string()])?);
    Ok(table::by_work(rows))
}

/// Through actix-web, beside actix-session.
pub(crate) fn in_actix() -> Result<(), String> {
    let peers = store_peers::build()?;
    let redis = apart(Redis::start)?;
    table::print(&table::by_work(store_peers::run(&peers, &["actix", &redis.port().to_string()])?));
    Ok(())
}

/// As a program opens it: with its guard.
pub(crate) fn open(runtime: &Runtime, port: u16) -> Result<Arc<dyn Store>, String> {
    runtime
        .block_on(dewar_stores::open(&format!("redis://127.0.0.1:{port}")))
        .map_err(|error| error.to_string())
}

/// What the driver needs for one GET, and for each of the other calls of a request, beside the work that makes them.
fn raw(runtime: &Runtime, port: u16) -> Vec<Row> {
    let redis = RawRedis::connect(runtime, port);
    [
        raw::calls(runtime, GET, Role::Bare, ROUNDS, &redis, RawRedis::get),
        raw::calls(runtime, PTTL_AND_GET, Role::Part, ROUNDS, &redis, RawRedis::pttl_and_get),
        raw::calls(runtime, SET, Role::Part, ROUNDS, &redis, RawRedis::set),
        raw::calls(runtime, SCRIPT, Role::Part, ROUNDS, &redis, RawRedis::script),
    ]
    .concat()
    .into_iter()
    .filter(|row| row.role == Role::Bare || is_done(&row.who, &row.work))
    .collect()
}

/// Whether a request of this work has this call.
fn is_done(call: &str, work: &str) -> bool {
    let works: &[&str] = match call {
        PTTL_AND_GET => &["read", "changed"],
        SCRIPT => &["changed"],
        _ => &["made"],
    };
    works.iter().any(|done| work.contains(done))
}
