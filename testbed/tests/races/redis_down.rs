//! Redis frozen, killed, started again and out of memory, while two processes are used: 503 at once, no user logged out, no write lost.

mod background;

use std::io::{Error, Result};
use std::time::{Duration, Instant};

use dewar_servers::Redis;
use dewar_testbed::Framework;
use tokio::time::sleep;

use self::background::BackgroundClients;
use crate::client::{Answer, Client};
use crate::process::Testbed;
use crate::run::{Outcome, Run};

/// Far above what is expected, so that the test passes on a busy machine. The measured figures are in the table.
const TIMEOUT: Duration = Duration::from_secs(5);
const REQUESTS: usize = 20;

/// A durable Redis, two processes, and a session that was there before.
struct Outage {
    redis: Redis,
    testbeds: [Testbed; 2],
    client: Client,
}

pub(crate) fn race(run: &mut Run) {
    if !run.wants("redis", "down") {
        return;
    }
    // Prints a line if there is none.
    let Some(_) = Redis::for_test() else { return };
    let mut outage = Outage::prepare();
    for (name, way) in [("down_frozen", Way::Frozen), ("down_killed", Way::Killed), ("down_full", Way::Full)]
    {
        run.race("redis", name, outage.run(way));
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Frozen,
    Killed,
    Full,
}

impl Outage {
    fn prepare() -> Self {
        let redis = Redis::settings().durable().start().unwrap();
        let testbeds = Framework::ALL.map(|framework| Testbed::start(framework, &redis.url(), "native"));
        let client = Client::new(testbeds[0].address);
        Self { redis, testbeds, client }
    }

    async fn run(&mut self, way: Way) -> Outcome {
        self.outage(way).await.map_err(|error| error.to_string())
    }

    async fn outage(&mut self, way: Way) -> Result<String> {
        self.client = Client::new(self.testbeds[0].address);
        self.client.read("/login?u=zoe").await?;
        let mut leaving = Client::new(self.testbeds[1].address);
        leaving.read("/login?u=eve").await?;
        let background =
            BackgroundClients::start(self.testbeds.iter().map(|testbed| testbed.address)).await?;
        self.begin(way)?;
        let path = if way == Way::Full { "/set?k=a&v=b" } else { "/whoami" };
        let mut times = self.refusals(path).await?;
        if way == Way::Full {
            expect(self.client.read("/whoami").await? == "zoe", "an old session can be read")?;
            log_out(&mut leaving).await?;
        }
        let start = Instant::now();
        self.end(way)?;
        let up = start.elapsed();
        served(&mut self.client, path).await?;
        let served = start.elapsed() - if way == Way::Killed { up } else { Duration::ZERO };
        let (stored, refused) = background.stop().await?;
        expect(self.client.read("/whoami").await? == "zoe", "no user is logged out")?;
        times.sort();
        let [p50, last] = [times[times.len() / 2], times[times.len() - 1]].map(ms);
        let others = format!("{stored} writes stored around it, {refused} refused, 0 lost");
        Ok(format!("503 in {p50} ms (p50), {last} ms (max); served after {} ms; {others}", ms(served)))
    }

    fn begin(&mut self, way: Way) -> Result<()> {
        match way {
            Way::Frozen => self.redis.stop(),
            Way::Killed => {
                self.redis.kill();
                Ok(())
            }
            Way::Full => self.redis.command(&["CONFIG", "SET", "maxmemory", "1"]).map(drop),
        }
        .map_err(Error::other)
    }

    fn end(&mut self, way: Way) -> Result<()> {
        match way {
            Way::Frozen => self.redis.cont(),
            Way::Killed => self.redis.restart(),
            Way::Full => self.redis.command(&["CONFIG", "SET", "maxmemory", "0"]).map(drop),
        }
        .map_err(Error::other)
    }

    /// How long each of twenty requests took to be refused.
    async fn refusals(&mut self, path: &str) -> Result<Vec<Duration>> {
        let mut times = Vec::new();
        for _ in 0..REQUESTS {
            let start = Instant::now();
            let answer = self.client.get(path).await?;
            times.push(start.elapsed());
            refused(&answer)?;
            expect(start.elapsed() < TIMEOUT, "refused at once")?;
        }
        Ok(times)
    }
}

/// A logout needs no memory.
async fn log_out(client: &mut Client) -> Result<()> {
    let cookie = client.cookie.clone();
    client.read("/logout").await?;
    client.cookie = cookie;
    expect(client.read("/whoami").await?.is_empty(), "a logout without memory")
}

/// Repeats the request until it is answered with 200.
async fn served(client: &mut Client, path: &str) -> Result<()> {
    let start = Instant::now();
    loop {
        let answer = client.get(path).await?;
        if answer.status == 200 {
            return Ok(());
        }
        refused(&answer)?;
        expect(start.elapsed() < TIMEOUT, "served again")?;
        sleep(Duration::from_millis(2)).await;
    }
}

/// Checks that it is a 503 with `Retry-After` that sets no cookie.
fn refused(answer: &Answer) -> Result<()> {
    expect(answer.status == 503, &format!("503 and not {}", answer.status))?;
    expect(answer.retry_after.is_some(), "Retry-After")?;
    expect(answer.set_cookie.is_none(), "the cookie stored")
}

fn expect(is_so: bool, what: &str) -> Result<()> {
    if is_so { Ok(()) } else { Err(Error::other(format!("expected: {what}"))) }
}

fn ms(time: Duration) -> String {
    format!("{:.1}", time.as_secs_f64() * 1e3)
}
