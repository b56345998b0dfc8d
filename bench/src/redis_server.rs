//! Sessions in a real Redis.

use std::sync::Arc;
use std::time::Duration;

use dewar::store::Store;
use dewar_bench_meter::{Role, Row, Turns, Wire, measure as requests, routes, runtime};
use dewar_servers::Redis;
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, Client};
use tokio::runtime::Runtime;

use crate::peers::dewar_store::{self, FLASK, NATIVE};
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
    let redis = Redis::start()?;
    let runtime = runtime();
    let store = open(&runtime, redis.port())?;
    let mut rows = raw(&runtime, redis.port());
    rows.extend(requests(&runtime, &mut routes(dewar_store::native(&store)), NATIVE, Role::Other, ROUNDS));
    rows.extend(requests(&runtime, &mut routes(dewar_store::flask(&store)), FLASK, Role::Other, ROUNDS));
    rows.extend(store_peers::run(&peers, &["redis", &redis.port().to_string()])?);
    Ok(table::by_work(rows))
}

/// Through actix-web, beside actix-session.
pub(crate) fn in_actix() -> Result<(), String> {
    let peers = store_peers::build()?;
    let redis = Redis::start()?;
    table::print(&table::by_work(store_peers::run(&peers, &["actix", &redis.port().to_string()])?));
    Ok(())
}

/// As a program opens it: with its guard.
pub(crate) fn open(runtime: &Runtime, port: u16) -> Result<Arc<dyn Store>, String> {
    runtime
        .block_on(dewar_stores::open(&format!("redis://127.0.0.1:{port}")))
        .map_err(|error| error.to_string())
}

/// User and system time of the server since its start.
pub(crate) fn spent(redis: &Redis) -> Result<Duration, String> {
    let told = redis.command(&["INFO", "cpu"])?;
    let seconds = |name: &str| {
        let number = told.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<f64>().ok());
        number.ok_or_else(|| format!("Redis does not say {name}"))
    };
    Ok(Duration::from_secs_f64(seconds("used_cpu_user:")? + seconds("used_cpu_sys:")?))
}

/// The same client's GET.
fn raw(runtime: &Runtime, port: u16) -> Vec<Row> {
    let client = Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
    let connection = runtime.block_on(client.get_multiplexed_async_connection()).unwrap();
    () = runtime.block_on(connection.clone().set("raw", raw::PAYLOAD.as_slice())).unwrap();
    raw::reads(
        runtime,
        "redis, one GET",
        ROUNDS,
        &connection,
        |mut connection: MultiplexedConnection| async move { connection.get::<_, Vec<u8>>("raw").await.unwrap() },
    )
}
