//! Others who go on all the time: at each process one who writes, and one who never touches a session.

use std::io::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

use super::{expect, refused};
use crate::client::Client;

/// They run until they are stopped.
pub(super) struct Bystanders {
    is_over: Arc<AtomicBool>,
    /// How many writes of each were kept and refused.
    all: JoinSet<Result<(usize, usize)>>,
}

impl Bystanders {
    pub(super) async fn start(servers: impl Iterator<Item = SocketAddr>) -> Result<Self> {
        let mut started = Self { is_over: Arc::default(), all: JoinSet::new() };
        for server in servers {
            let mut client = Client::new(server);
            client.read("/login?u=ann").await?;
            started.all.spawn(write(client, Arc::clone(&started.is_over)));
            started.all.spawn(pass_by(Client::new(server), Arc::clone(&started.is_over)));
        }
        Ok(started)
    }

    /// How many writes were kept and refused in all.
    pub(super) async fn stop(self) -> Result<(usize, usize)> {
        self.is_over.store(true, Ordering::Relaxed);
        let mut sums = (0, 0);
        for tally in self.all.join_all().await {
            let (kept, refused) = tally?;
            sums = (sums.0 + kept, sums.1 + refused);
        }
        Ok(sums)
    }
}

/// What is kept is never older than what was answered with 200 last, and the session is never somebody else's or nobody's.
async fn write(mut client: Client, is_over: Arc<AtomicBool>) -> Result<(usize, usize)> {
    let (mut kept, mut refusals, mut last) = (0, 0, 0);
    for number in 1_usize.. {
        let answer = client.get(&format!("/set?k=n&v={number}")).await?;
        if answer.status == 200 {
            (kept, last) = (kept + 1, number);
        } else {
            refused(&answer)?;
            refusals += 1;
            sleep(Duration::from_millis(5)).await;
        }
        if is_over.load(Ordering::Relaxed) && answer.status == 200 {
            break;
        }
        let found = client.get("/get?k=n").await?;
        if found.status == 200 {
            let found = found.body.parse().unwrap_or(0);
            expect(last <= found && found <= number, "the last write that was kept, or a later one")?;
        }
    }
    expect(client.read("/get?k=n").await? == last.to_string(), "the last write")?;
    expect(client.read("/whoami").await? == "ann", "nobody is logged out")?;
    Ok((kept, refusals))
}

async fn pass_by(mut client: Client, is_over: Arc<AtomicBool>) -> Result<(usize, usize)> {
    while !is_over.load(Ordering::Relaxed) {
        expect(client.get("/touchless").await?.status == 200, "a route without a session goes on working")?;
        sleep(Duration::from_millis(1)).await;
    }
    Ok((0, 0))
}
