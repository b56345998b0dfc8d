//! A replica set of MongoDB whose primary is killed, or gives up its role: another member takes its place. Writes are acknowledged by a
//! majority, so none is lost.

use std::io::{Error, Result};
use std::time::{Duration, Instant};

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
    let (tally, confirmed) = elect(set, times).await.map_err(|error| error.to_string())?;
    let settings = format!("w: majority, confirmed up to {} ms after the election", confirmed.as_millis());
    tally.outcome(&settings, Durability::Durable)
}

/// Returns as well how long a majority needed, at most, to confirm a write of a new primary: the others look for it once a second. Until then the
/// engine accepts no write of ours.
async fn elect(mut set: MongoReplicaSet, times: usize) -> Result<(Tally, Duration)> {
    let store = Store { engine: Engine::MongoDb, url: set.url(), records: Records::Native };
    let testbeds = Framework::ALL.map(|framework| Testbed::start(framework, &store));
    let visitors = Visitors::start(&testbeds);
    let (mut tally, mut confirmed) = (Tally::default(), Duration::ZERO);
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
        let elected = Instant::now();
        set.wait_for_majority().map_err(Error::other)?;
        confirmed = confirmed.max(elected.elapsed());
        tally.served.push(served(&testbeds).await?);
        tally.slowest = tally.slowest.slower(visitors.slowest_answer());
        if number % 2 == 0 {
            set.members_mut()[before].restart().map_err(Error::other)?;
            set.wait_for_members().map_err(Error::other)?;
        }
    }
    sleep(A_WHILE).await;
    tally.done = visitors.stop().await?;
    tally.lost = visitors.forget_what_is_not_at(&set.url()).await?;
    Ok((tally, confirmed))
}
