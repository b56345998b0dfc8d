//! Two hundred visitors while the server of their sessions is killed or shut down, and started again: what is answered meanwhile, how soon they are
//! served again, and what is lost.
//!
//! An engine may lose what it has acknowledged, if its settings allow that. So an address stands before the server: when it is back,
//! what it still has is counted first, and then the address leads to it. What is missing later was lost by us. A row says which
//! settings keep everything, and another one what a faster setting loses.

mod address;
mod election;
mod slowest;
mod standby;
mod tally;
mod visitor;
mod visitors;

use std::io::{Error, Result};
use std::time::{Duration, Instant};

use dewar_testbed::Framework;
use tokio::time::sleep;

use self::address::Address;
use self::tally::Tally;
use self::visitors::Visitors;
use crate::client::Client;
use crate::engine::{Durability, Engine};
use crate::process::Testbed;
use crate::run::{Outcome, Run};
use crate::store::{Records, Store};

/// How long the visitors go on before a restart, and after it.
const A_WHILE: Duration = Duration::from_secs(2);
/// How often both processes are asked until they serve again: ten times as often as expected.
const ATTEMPTS: usize = 1000;
const PAUSE: Duration = Duration::from_millis(5);
/// Far above what is promised, 300 ms, so that the race passes on a busy machine. The measured figures are in the table.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The end of the settings of an engine that loses everything.
const IN_MEMORY: &str = "in memory alone";

/// Each engine, what it keeps, the race's name, and the settings that its row shows.
const RESTARTS: [(Engine, Durability, &str, &str); 8] = [
    (Engine::Redis, Durability::Durable, "restart", "appendfsync always"),
    (Engine::Redis, Durability::Relaxed, "restart_relaxed", IN_MEMORY),
    (Engine::Postgres, Durability::Durable, "restart", "synchronous_commit = on"),
    (Engine::Postgres, Durability::Relaxed, "restart_relaxed", "synchronous_commit = off"),
    (Engine::MariaDb, Durability::Durable, "restart", "innodb_flush_log_at_trx_commit = 1"),
    (Engine::MariaDb, Durability::Relaxed, "restart_relaxed", "innodb_flush_log_at_trx_commit = 0"),
    (Engine::MongoDb, Durability::Durable, "restart", "w: majority, with the journal"),
    // There is no setting: all users are logged out.
    (Engine::Memcached, Durability::Relaxed, "restart", "always in memory alone"),
];

pub(crate) fn race(run: &mut Run) {
    // One of each kind at least.
    let times = (run.scale.ceil().max(1.0) as usize) * 2;
    for (engine, durability, race, settings) in RESTARTS {
        if !run.wants(engine.name(), race) {
            continue;
        }
        let Some(server) = run.prepare(engine.name(), || engine.server(durability)) else { continue };
        run.race(engine.name(), race, restarts(Address::before(server), engine, durability, settings, times));
    }
    election::race(run, times);
    standby::race(run, times);
}

async fn restarts(
    address: Result<Address>,
    engine: Engine,
    durability: Durability,
    settings: &str,
    times: usize,
) -> Outcome {
    let tally = async { restart(address?, engine, durability, times).await };
    tally.await.map_err(|error| error.to_string())?.outcome(settings, durability)
}

async fn restart(
    mut address: Address,
    engine: Engine,
    durability: Durability,
    times: usize,
) -> Result<Tally> {
    let store = Store { engine, url: address.url(), records: Records::Native };
    let testbeds = Framework::ALL.map(|framework| Testbed::start(framework, &store));
    let visitors = Visitors::start(&testbeds);
    let mut tally = Tally::default();
    for number in 0..times {
        sleep(A_WHILE).await;
        visitors.watch_answers();
        address.lead_nowhere();
        if number % 2 == 0 {
            address.server.kill();
        } else {
            address.server.shut_down().map_err(Error::other)?;
        }
        address.server.restart().map_err(Error::other)?;
        if durability == Durability::Relaxed {
            address.server.relax().map_err(Error::other)?;
        }
        visitors.settle().await;
        tally.lost_by_engine += visitors.forget_what_is_not_at(&address.server.url()).await?;
        address.lead_to_server();
        tally.served.push(served(&testbeds).await?);
        tally.slowest = tally.slowest.slower(visitors.slowest_answer());
    }
    sleep(A_WHILE).await;
    tally.done = visitors.stop().await?;
    tally.lost = visitors.forget_what_is_not_at(&address.server.url()).await?;
    Ok(tally)
}

/// Waits until both have stored something.
async fn served(testbeds: &[Testbed]) -> Result<Duration> {
    let start = Instant::now();
    for testbed in testbeds {
        let mut client = Client::new(testbed.address);
        let mut attempts = 0;
        while client.get("/login?u=ann").await?.status != 200 {
            attempts += 1;
            if attempts == ATTEMPTS {
                return Err(Error::other("nothing is served after the restart"));
            }
            sleep(PAUSE).await;
        }
    }
    Ok(start.elapsed())
}
