//! A PostgreSQL whose primary is killed, and whose standby is promoted. The URL names both.
//!
//! With synchronous replication a commit is answered once the standby has it. Without it, a standby that was cut off lacks what was acknowledged
//! meanwhile. So an address stands before the standby: when it is the primary, what it lacks is counted first, and then the address leads to
//! it.

use std::io::{Error, Result};
use std::time::Duration;

use dewar_servers::{Postgres, PostgresProgram, Proxy, Trouble};
use dewar_testbed::Framework;
use tokio::time::sleep;

use super::address::NOWHERE;
use super::tally::Tally;
use super::visitors::Visitors;
use super::{A_WHILE, served};
use crate::engine::{Durability, Engine};
use crate::process::Testbed;
use crate::run::{Outcome, Run};
use crate::store::{Records, Store};

/// How long the standby is cut off before the primary is killed.
const CUT_OFF: Duration = Duration::from_millis(500);

/// Whether the primary waits for the standby.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Replication {
    Synchronous,
    Asynchronous,
}

const RACES: [(Replication, &str, &str); 2] = [
    (Replication::Synchronous, "failover", "synchronous_standby_names = '*'"),
    (
        Replication::Asynchronous,
        "failover_relaxed",
        "no synchronous_standby_names, the standby cut off for 500 ms",
    ),
];

pub(super) fn race(run: &mut Run, times: usize) {
    for (replication, race, settings) in RACES {
        if !run.wants(Engine::Postgres.name(), race) {
            continue;
        }
        if !Postgres::is_available() {
            // Says so.
            _ = run.prepare(Engine::Postgres.name(), Postgres::for_test);
            return;
        }
        run.race(Engine::Postgres.name(), race, failovers(replication, settings, times));
    }
}

/// The standby is cut off every second time. With asynchronous replication only that loses something for certain.
async fn failovers(replication: Replication, settings: &str, times: usize) -> Outcome {
    let mut tally = Tally::default();
    for number in 0..times {
        let is_cut_off = number % 2 == 1;
        if is_cut_off || replication == Replication::Synchronous {
            let one = failover(replication, is_cut_off).await;
            tally += one.map_err(|error| error.to_string())?;
        }
    }
    match replication {
        Replication::Synchronous => tally.outcome(settings, Durability::Durable),
        Replication::Asynchronous if tally.lost_by_engine.writes == 0 => {
            Err("what PostgreSQL lost is not counted".to_owned())
        }
        Replication::Asynchronous => tally.outcome(settings, Durability::Relaxed),
    }
}

async fn failover(replication: Replication, is_cut_off: bool) -> Result<Tally> {
    let mut pair = Pair::start(replication).map_err(Error::other)?;
    let store = Store { engine: Engine::Postgres, url: pair.url(), records: Records::Native };
    let testbeds = Framework::ALL.map(|framework| Testbed::start(framework, &store));
    let visitors = Visitors::start(&testbeds);
    let mut tally = Tally::default();
    sleep(A_WHILE).await;
    visitors.watch_answers();
    if is_cut_off {
        pair.cut_off();
        sleep(CUT_OFF).await;
    }
    pair.address.lead_to(NOWHERE);
    pair.primary.kill();
    pair.standby.promote().map_err(Error::other)?;
    visitors.settle().await;
    tally.lost_by_engine = visitors.forget_what_is_not_at(&pair.standby.url()).await?;
    pair.address.lead_to(pair.standby.port());
    tally.served.push(served(&testbeds).await?);
    tally.slowest = visitors.slowest_answer();
    sleep(A_WHILE).await;
    tally.done = visitors.stop().await?;
    tally.lost = visitors.forget_what_is_not_at(&pair.standby.url()).await?;
    Ok(tally)
}

struct Pair {
    primary: Postgres,
    standby: Postgres,
    /// Between the standby and the primary.
    replication: Proxy,
    /// Before the standby.
    address: Proxy,
}

impl Pair {
    fn start(replication: Replication) -> std::result::Result<Self, String> {
        let durable = PostgresProgram { durable: true, ..PostgresProgram::default() };
        let primary = Postgres::start_with(durable.clone())?;
        let between = Proxy::start(primary.port(), Trouble::none())?;
        let standby = Postgres::start_with(PostgresProgram { follows: Some(between.port()), ..durable })?;
        // The standby has no such setting: as a primary it has no standby.
        if replication == Replication::Synchronous {
            primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")?;
            primary.sql("SELECT pg_reload_conf()")?;
        }
        standby.catch_up(&primary)?;
        let address = Proxy::start(standby.port(), Trouble::none())?;
        Ok(Self { primary, standby, replication: between, address })
    }

    /// The URL for the programs.
    fn url(&self) -> String {
        let (primary, standby) = (self.primary.port(), self.address.port());
        format!("postgresql://postgres@127.0.0.1:{primary},127.0.0.1:{standby}/postgres?create_table=true")
    }

    /// The standby gets nothing any more.
    fn cut_off(&self) {
        self.replication.lead_to(NOWHERE);
        self.replication.silence();
    }
}
