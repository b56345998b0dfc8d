//! A primary, its replica, and the address that leads to the one or the other.

use std::time::{Duration, Instant};

use dewar_servers::{Proxy, Redis, Trouble};

const TIMEOUT: Duration = Duration::from_secs(20);

/// What happens to the primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// It becomes a replica, and its connections stay open.
    Demoted,
    /// It hangs, and its connections stay open.
    Frozen,
    Killed,
    /// It is killed after the replica was cut off for a while: Redis loses what it has acknowledged meanwhile.
    CutOff,
}

pub(super) struct Pair {
    primary: Redis,
    replica: Redis,
    address: Proxy,
}

impl Way {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Demoted => "demoted",
            Self::Frozen => "frozen",
            Self::Killed => "killed",
            Self::CutOff => "cut_off",
        }
    }
}

impl Pair {
    pub(super) fn start() -> Result<Self, String> {
        let (primary, replica) = (start()?, start()?);
        follow(&replica, &primary)?;
        let address = Proxy::start(primary.port(), Trouble::none())?;
        Ok(Self { primary, replica, address })
    }

    /// The URL for the programs.
    pub(super) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.address.port())
    }

    pub(super) fn primary_url(&self) -> String {
        self.primary.url()
    }

    /// Cuts the replica off from its primary.
    pub(super) fn cut_off(&self) -> Result<(), String> {
        self.replica.lead()
    }

    /// The replica is the primary from now on. The address does not lead to it yet.
    pub(super) fn change(&mut self, way: Way) -> Result<(), String> {
        match way {
            Way::Demoted => {
                command(&self.primary, &["REPLICAOF", "127.0.0.1", &self.replica.port().to_string()])?
            }
            Way::Frozen => self.primary.stop()?,
            Way::Killed | Way::CutOff => self.primary.kill(),
        }
        self.replica.lead()?;
        std::mem::swap(&mut self.primary, &mut self.replica);
        Ok(())
    }

    pub(super) fn switch(&self) {
        self.address.lead_to(self.primary.port());
    }

    /// The previous primary comes back, and copies what the new one has.
    pub(super) fn restore(&mut self, way: Way) -> Result<(), String> {
        match way {
            Way::Demoted => {}
            Way::Frozen => self.replica.cont()?,
            Way::Killed | Way::CutOff => self.replica.restart()?,
        }
        follow(&self.replica, &self.primary)
    }
}

fn start() -> Result<Redis, String> {
    let redis = Redis::settings().start()?;
    quicken(&redis)?;
    Ok(redis)
}

/// It would wait for more replicas, five seconds.
fn quicken(redis: &Redis) -> Result<(), String> {
    command(redis, &["CONFIG", "SET", "repl-diskless-sync-delay", "0"])
}

/// Until it has copied everything.
fn follow(replica: &Redis, primary: &Redis) -> Result<(), String> {
    quicken(replica)?;
    command(replica, &["REPLICAOF", "127.0.0.1", &primary.port().to_string()])?;
    let start = Instant::now();
    // Their own reports are not enough: both are "online" up to a second before the primary sends what comes after the copy.
    command(primary, &["INCR", "probe"])?;
    while replica.command(&["GET", "probe"])? != primary.command(&["GET", "probe"])? {
        if start.elapsed() > TIMEOUT {
            return Err("the replica does not follow".to_owned());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn command(redis: &Redis, words: &[&str]) -> Result<(), String> {
    redis.command(words).map(drop)
}
