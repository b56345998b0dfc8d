//! How to open Memcached.

use std::sync::Arc;
use std::time::Duration;

use dewar_core::Store;

use super::address::Addresses;
use super::greeting::NotReady;
use super::placement::Placement;
use super::server::Server;
use super::server_store::ServerStore;
use super::{Memcached, address};
use crate::OpenError;
use crate::guard::{Guard, GuardOptions};

/// The options of a [`Memcached`] store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemcachedOptions {
    /// The longest time to wait for an answer. A server that refuses connections is an error at once. Default: 200 ms.
    pub timeout: Duration,
    /// Which server stores a key; `None`: what the URL's parameter `placement` says, and otherwise [`Placement::Pymemcache`].
    pub placement: Option<Placement>,
}

impl Default for MemcachedOptions {
    fn default() -> Self {
        Self { timeout: Duration::from_millis(200), placement: None }
    }
}

impl Memcached {
    /// Connects to the servers at a URL: `memcached://host1:11211,host2:11211`. The port is 11211 if it is left out. A Unix socket is a path in
    /// place of a host: `memcached:///run/memcached.sock`. After a `?`, the parameter `placement` is `pymemcache`, `pylibmc` or
    /// `python-memcached`.
    ///
    /// # Errors
    /// If the URL is wrong, none of the servers answers within a second, or one of them cannot store sessions (too old, without CAS, or
    /// with a password). The error says what is wrong and what to do, in one line.
    pub async fn open(url: &str, options: MemcachedOptions) -> Result<Self, OpenError> {
        let Addresses { places, placement } = Addresses::parse(url)?;
        let names = places.iter().map(address::Place::name).collect();
        let servers: Vec<_> =
            places.into_iter().map(|place| Arc::new(Server::new(place, options.timeout))).collect();
        check(&servers).await?;
        let as_store = |server| Arc::new(ServerStore(server)) as Arc<dyn Store>;
        Ok(Self {
            names,
            servers: servers.into_iter().map(as_store).collect(),
            placement: options.placement.or(placement).unwrap_or_default(),
            longest_rename: 4 * options.timeout,
        })
    }

    /// Puts a [`Guard`] before each server: deadlines, retries and a circuit breaker, so that a server that is down does not affect the sessions
    /// of the others. One guard around the whole store would fail all calls at once.
    #[must_use]
    pub fn guarded(self, options: &GuardOptions) -> Self {
        let guarded = |server| Arc::new(Guard::new(server, options.clone())) as Arc<dyn Store>;
        let servers = self.servers.into_iter().map(guarded).collect();
        Self { servers, longest_rename: options.deadline, ..self }
    }
}

/// Waits for all servers. If one is down, the program can still serve the sessions of the others.
async fn check(servers: &[Arc<Server>]) -> Result<(), OpenError> {
    let attempts: Vec<_> = servers
        .iter()
        .map(|server| {
            let server = Arc::clone(server);
            tokio::spawn(async move { server.is_ready().await })
        })
        .collect();
    let (mut is_any_ready, mut first_failure) = (false, None);
    for (attempt, server) in attempts.into_iter().zip(servers) {
        match attempt.await.unwrap_or(Err(NotReady::Closed)) {
            Ok(()) => is_any_ready = true,
            Err(failure) if failure.is_lasting() => return Err(not_opened(server, failure)),
            Err(failure) => _ = first_failure.get_or_insert((server, failure)),
        }
    }
    match first_failure {
        Some((server, failure)) if !is_any_ready => Err(not_opened(server, failure)),
        _ => Ok(()),
    }
}

fn not_opened(server: &Server, failure: NotReady) -> OpenError {
    OpenError::new(format!("Memcached at {}: {failure}", server.place())).with_source(failure)
}
