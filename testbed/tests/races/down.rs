//! A server frozen, killed, started again and out of memory, while two processes are used: 503 at once, no user logged out, no write lost.
//!
//! Memcached, killed, has lost every session: what becomes of its users is in `restarts`.

mod background;

use std::io::{Error, Result};
use std::time::{Duration, Instant};

use dewar_testbed::Framework;
use tokio::time::sleep;

use self::background::BackgroundClients;
use crate::client::{Answer, Client};
use crate::engine::{Durability, Engine};
use crate::process::Testbed;
use crate::run::{Outcome, Run};
use crate::server::Server;
use crate::store::{Records, Store};

/// Far above what is expected, so that the test passes on a busy machine. The measured figures are in the table.
const TIMEOUT: Duration = Duration::from_secs(5);
const REQUESTS: usize = 20;

/// A durable server, two processes, and a session that was there before.
struct Outage {
    server: Box<dyn Server>,
    testbeds: [Testbed; 2],
    client: Client,
}

const ENGINES: [Engine; 5] =
    [Engine::Redis, Engine::Postgres, Engine::MariaDb, Engine::MongoDb, Engine::Memcached];

pub(crate) fn race(run: &mut Run) {
    for engine in ENGINES {
        let ways = Way::ALL.iter().filter(|(way, _)| way.happens_to(engine));
        let ways: Vec<_> = ways.filter(|(_, name)| run.wants(engine.name(), name)).collect();
        if ways.is_empty() {
            continue;
        }
        let Some(mut outage) = run.prepare(engine.name(), || Outage::prepare(engine)) else { continue };
        for (way, name) in ways {
            run.race(engine.name(), name, outage.run(*way));
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Frozen,
    Killed,
    /// It refuses what needs memory.
    Full,
}

impl Way {
    const ALL: [(Self, &str); 3] =
        [(Self::Frozen, "down_frozen"), (Self::Killed, "down_killed"), (Self::Full, "down_full")];

    fn happens_to(self, engine: Engine) -> bool {
        match self {
            Self::Frozen => true,
            Self::Killed => engine.survives_a_kill(),
            Self::Full => engine == Engine::Redis,
        }
    }
}

impl Outage {
    fn prepare(engine: Engine) -> Option<Self> {
        let server = engine.server(Durability::Durable)?;
        let store = Store { engine, url: server.url(), records: Records::Native };
        let testbeds = Framework::ALL.map(|framework| Testbed::start(framework, &store));
        let client = Client::new(testbeds[0].address);
        Some(Self { server, testbeds, client })
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
            Way::Frozen => self.server.freeze(),
            Way::Killed => {
                self.server.kill();
                Ok(())
            }
            Way::Full => self.server.fill(),
        }
        .map_err(Error::other)
    }

    fn end(&mut self, way: Way) -> Result<()> {
        match way {
            Way::Frozen => self.server.thaw(),
            Way::Killed => self.server.restart(),
            Way::Full => self.server.empty(),
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
