//! A primary and its replica change roles under load, behind one address: they serve again at once, and no write is lost that Redis has not lost.
//!
//! Redis copies its writes to the replica after it has answered. Those that the replica had not got when it became the primary are lost
//! for every client; they are counted separately, by a look into the new primary before the address leads to it.

mod pair;
mod writers;

use std::io::{Error, Result};
use std::time::{Duration, Instant};

use dewar_servers::Redis;
use dewar_testbed::Framework;
use tokio::time::sleep;

use self::pair::{Pair, Way};
use self::writers::Writers;
use crate::client::Client;
use crate::engine::Engine;
use crate::process::Testbed;
use crate::run::{Outcome, Run};
use crate::store::{Records, Store};

/// How often both processes are asked until they serve again: ten times as often as expected.
const ATTEMPTS: usize = 1000;
const PAUSE: Duration = Duration::from_millis(5);

/// The results of all changes of one kind.
#[derive(Debug, Default)]
struct Tally {
    stored: usize,
    refused: usize,
    lost_by_redis: usize,
    lost: usize,
    /// From the moment in which the address leads to the new primary until both processes serve.
    served: Vec<Duration>,
}

pub(crate) async fn change(way: Way, times: usize) -> Outcome {
    changes(way, times).await.map_err(|error| error.to_string())?.outcome(times)
}

pub(crate) fn race(run: &mut Run) {
    if !run.wants("redis", "failover") {
        return;
    }
    // Prints a line if there is none.
    let Some(_) = Redis::for_test() else { return };
    let times = (4.0 * run.scale).ceil() as usize;
    for way in [Way::Demoted, Way::Frozen, Way::Killed, Way::CutOff] {
        run.race("redis", &format!("failover_{}", way.word()), change(way, times));
    }
}

async fn changes(way: Way, times: usize) -> Result<Tally> {
    let mut pair = Pair::start().map_err(Error::other)?;
    let store = Store { engine: Engine::Redis, url: pair.url(), records: Records::Native };
    let testbeds = Framework::ALL.map(|framework| Testbed::start(framework, &store));
    let mut writers = Writers::start(&testbeds).await?;
    let mut tally = Tally::default();
    for _ in 0..times {
        writers.go_on_for_a_while().await;
        if way == Way::CutOff {
            pair.cut_off().map_err(Error::other)?;
            writers.go_on_for_a_while().await;
        }
        pair.change(way).map_err(Error::other)?;
        writers.settle().await;
        tally.lost_by_redis += writers.forget_what_is_not_at(&pair.primary_url()).await?;
        pair.switch();
        tally.served.push(served(&testbeds).await?);
        writers.go_on_for_a_while().await;
        pair.restore(way).map_err(Error::other)?;
    }
    if way == Way::CutOff && tally.lost_by_redis == 0 {
        return Err(Error::other("what Redis lost is not counted"));
    }
    writers.stop().await?;
    tally.lost = writers.forget_what_is_not_at(&pair.primary_url()).await?;
    (tally.stored, tally.refused) = (writers.stored(), writers.refused());
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
                return Err(Error::other("the new primary is not served from"));
            }
            sleep(PAUSE).await;
        }
    }
    Ok(start.elapsed())
}

impl Tally {
    fn outcome(self, times: usize) -> Outcome {
        let Self { stored, refused, lost_by_redis, lost, served } = self;
        let slowest = served.iter().max().map_or(0, Duration::as_millis);
        let writes = format!(
            "{stored} writes stored, {refused} refused, {lost_by_redis} lost by Redis, {lost} lost by us"
        );
        let figures = format!("{times} changes: served again after {slowest} ms (max); {writes}");
        if lost == 0 { Ok(figures) } else { Err(figures) }
    }
}
