//! Sessions in a real Redis.

use std::sync::Arc;

use dewar::store::Store;
use dewar_bench_meter::{RedisServer, Role, Row, Turns, Wire, measure_on_redis, routes, runtime};
use dewar_servers::Redis;
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, Client, cmd, pipe};
use tokio::runtime::Runtime;

use crate::cores::apart;
use crate::peers::dewar_store::{self, FLASK, NATIVE};
use crate::{raw, store_peers, table};

const ROUNDS: usize = 40;
/// In milliseconds.
const HOUR: u64 = 3_600_000;

pub(crate) const GET: &str = "redis, one GET";
const PTTL_AND_GET: &str = "redis, PTTL and GET";
pub(crate) const SET: &str = "redis, one SET";
pub(crate) const SCRIPT: &str = "redis, a script that does nothing";

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

/// What the same client needs for one GET, which reads a record of our own, and for the least that each of the other calls asks of the server: `PTTL`
/// beside it reads one of Flask-Session.
fn raw(runtime: &Runtime, port: u16) -> Vec<Row> {
    let client = Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
    let connection = runtime.block_on(client.get_multiplexed_async_connection()).unwrap();
    let load = cmd("SCRIPT").arg("LOAD").arg("return 1").clone();
    let hash: &str = &runtime.block_on(load.query_async::<String>(&mut connection.clone())).unwrap();
    let set = || cmd("SET").arg("raw").arg(&raw::PAYLOAD).arg("PX").arg(HOUR).clone();
    () = runtime.block_on(set().query_async(&mut connection.clone())).unwrap();
    [
        raw::calls(
            runtime,
            GET,
            Role::Bare,
            ROUNDS,
            &connection,
            |mut connection: MultiplexedConnection| async move {
                connection.get::<_, Vec<u8>>("raw").await.unwrap();
            },
        ),
        raw::calls(runtime, PTTL_AND_GET, Role::Part, ROUNDS, &connection, |mut connection| async move {
            let both = pipe().pttl("raw").get("raw").clone();
            both.query_async::<(i64, Vec<u8>)>(&mut connection).await.unwrap();
        }),
        raw::calls(runtime, SET, Role::Part, ROUNDS, &connection, |mut connection| async move {
            set().query_async::<()>(&mut connection).await.unwrap();
        }),
        raw::calls(runtime, SCRIPT, Role::Part, ROUNDS, &connection, |mut connection| async move {
            let payload = raw::PAYLOAD.as_slice();
            let call = cmd("EVALSHA").arg(hash).arg(1).arg("raw").arg(payload).arg(payload).clone();
            call.query_async::<()>(&mut connection).await.unwrap();
        }),
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
