//! Clients in the background: at each process one that writes, and one that never uses a session.

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
pub(super) struct BackgroundClients {
    is_stopped: Arc<AtomicBool>,
    /// The writes of each that were stored, and that were refused.
    all: JoinSet<Result<(usize, usize)>>,
}

impl BackgroundClients {
    pub(super) async fn start(servers: impl Iterator<Item = SocketAddr>) -> Result<Self> {
        let mut started = Self { is_stopped: Arc::default(), all: JoinSet::new() };
        for server in servers {
            let mut client = Client::new(server);
            client.read("/login?u=ann").await?;
            started.all.spawn(write(client, Arc::clone(&started.is_stopped)));
            started.all.spawn(visit_without_session(Client::new(server), Arc::clone(&started.is_stopped)));
        }
        Ok(started)
    }

    /// Stops them. Returns the number of stored and of refused writes.
    pub(super) async fn stop(self) -> Result<(usize, usize)> {
        self.is_stopped.store(true, Ordering::Relaxed);
        let mut sums = (0, 0);
        for tally in self.all.join_all().await {
            let (stored, refused) = tally?;
            sums = (sums.0 + stored, sums.1 + refused);
        }
        Ok(sums)
    }
}

/// What is stored is never older than the last write that was answered with 200, and the session always has the same user.
async fn write(mut client: Client, is_stopped: Arc<AtomicBool>) -> Result<(usize, usize)> {
    let (mut stored, mut refusals, mut last) = (0, 0, 0);
    for number in 1_usize.. {
        let answer = client.get(&format!("/set?k=n&v={number}")).await?;
        if answer.status == 200 {
            (stored, last) = (stored + 1, number);
        } else {
            refused(&answer)?;
            refusals += 1;
            sleep(Duration::from_millis(5)).await;
        }
        if is_stopped.load(Ordering::Relaxed) && answer.status == 200 {
            break;
        }
        let found = client.get("/get?k=n").await?;
        if found.status == 200 {
            let found = found.body.parse().unwrap_or(0);
            expect(last <= found && found <= number, "the last write that was stored, or a later one")?;
        }
    }
    expect(client.read("/get?k=n").await? == last.to_string(), "the last write")?;
    expect(client.read("/whoami").await? == "ann", "no user is logged out")?;
    Ok((stored, refusals))
}

async fn visit_without_session(mut client: Client, is_stopped: Arc<AtomicBool>) -> Result<(usize, usize)> {
    while !is_stopped.load(Ordering::Relaxed) {
        expect(client.get("/touchless").await?.status == 200, "a route without a session goes on working")?;
        sleep(Duration::from_millis(1)).await;
    }
    Ok((0, 0))
}
