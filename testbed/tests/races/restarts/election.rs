//! A replica set of MongoDB whose primary is killed, or gives up its role: another member takes its place. Writes are acknowledged by a
//! majority, so none is lost.

use std::io::{Error, Result};

use dewar_servers::MongoReplicaSet;
use dewar_testbed::Framework;
use tokio::time::sleep;

use super::tally::Tally;
use super::visitors::Visitors;
use super::{A_WHILE, served};
use crate::engine::{Durability, Engine};
use crate::process::Testbed;
use crate::run::{Outcome, Run};
use crate::store::{Records, Store};

pub(super) fn race(run: &mut Run, times: usize) {
    let engine = Engine::MongoDb;
    if !run.wants(engine.name(), "election") {
        return;
    }
    let Some(set) = run.prepare(engine.name(), MongoReplicaSet::for_test) else { return };
    run.race(engine.name(), "election", elections(set, times));
}

async fn elections(set: MongoReplicaSet, times: usize) -> Outcome {
    let tally = elect(set, times).await.map_err(|error| error.to_string())?;
    tally.outcome("w: majority", Durability::Durable)
}

async fn elect(mut set: MongoReplicaSet, times: usize) -> Result<Tally> {
    let store = Store { engine: Engine::MongoDb, url: set.url(), records: Records::Native };
    let testbeds = Framework::ALL.map(|framework| Testbed::start(framework, &store));
    let visitors = Visitors::start(&testbeds);
    let mut tally = Tally::default();
    for number in 0..times {
        sleep(A_WHILE).await;
        visitors.watch_answers();
        let before = set.wait_for_primary().map_err(Error::other)?;
        if number % 2 == 0 {
            set.members_mut()[before].kill();
        } else {
            set.step_down().map_err(Error::other)?;
        }
        set.wait_for_primary().map_err(Error::other)?;
        tally.served.push(served(&testbeds).await?);
        tally.slowest = tally.slowest.max(visitors.slowest_answer());
        if number % 2 == 0 {
            set.members_mut()[before].restart().map_err(Error::other)?;
            set.wait_for_members().map_err(Error::other)?;
        }
    }
    sleep(A_WHILE).await;
    tally.done = visitors.stop().await?;
    tally.lost = visitors.forget_what_is_not_at(&set.url()).await?;
    Ok(tally)
}
