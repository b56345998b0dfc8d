//! The address of a server, which leads nowhere while the server is away.

use std::io::{Error, Result};

use dewar_servers::{Proxy, Trouble};

use crate::server::Server;

/// Nothing listens there: who asks is hung up on.
pub(super) const NOWHERE: u16 = 1;

pub(super) struct Address {
    pub(super) server: Box<dyn Server>,
    proxy: Proxy,
}

impl Address {
    pub(super) fn before(server: Box<dyn Server>) -> Result<Self> {
        let proxy = Proxy::start(server.port(), Trouble::none()).map_err(Error::other)?;
        Ok(Self { server, proxy })
    }

    /// The URL for the programs.
    pub(super) fn url(&self) -> String {
        self.server.url_at(self.proxy.port())
    }

    pub(super) fn lead_nowhere(&self) {
        self.proxy.lead_to(NOWHERE);
    }

    pub(super) fn lead_to_server(&self) {
        self.proxy.lead_to(self.server.port());
    }
}
