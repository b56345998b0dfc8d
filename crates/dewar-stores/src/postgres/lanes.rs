//! The connections that write: as many as write at once, up to a limit.
//!
//! The server commits the writes of one connection one after the other, each with a wait for the disk, and those of several connections
//! together. And a write that waits for a row that another program has locked delays only the calls behind it on its own connection.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use super::link::Link;
use super::server::Server;

pub(super) struct Lanes {
    server: Arc<Server>,
    links: Mutex<Vec<Arc<Link>>>,
    most: NonZeroUsize,
}

impl Lanes {
    pub(super) fn new(server: &Arc<Server>, most: NonZeroUsize) -> Self {
        Self { server: Arc::clone(server), links: Mutex::default(), most }
    }

    /// A connection for a write: an idle one, or else a new one, or else the one with the least to do. While the server is away, all writes wait
    /// for the same connection.
    pub(super) fn pick(&self) -> Arc<Link> {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(idle) = links.iter().find(|link| link.is_idle()) {
            return Arc::clone(idle);
        }
        if let Some(link) = links.iter().find(|link| !link.is_connected()) {
            return Arc::clone(link);
        }
        if links.len() < self.most.get() {
            let link = Arc::new(Link::new(&self.server));
            links.push(Arc::clone(&link));
            return link;
        }
        let least = links.iter().min_by_key(|link| link.load()).map(Arc::clone);
        least.unwrap_or_else(|| Arc::new(Link::new(&self.server)))
    }
}
