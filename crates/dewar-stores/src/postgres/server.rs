//! Opens connections to the server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::{Config, Error};

use super::address::Address;
use super::failure::Failure;
use super::options::PostgresOptions;
use super::pooler;
use super::session::Session;
use super::tls::{self, Tls};
use crate::OpenError;

/// The longest time for connecting to one host. Calls that wait for a connection give up earlier.
const CONNECTING: Duration = Duration::from_secs(1);

/// Where the server is, and how to connect.
pub(super) struct Server {
    config: Config,
    tls: Tls,
    connecting: Duration,
    lock_timeout: Duration,
    name: String,
}

impl Server {
    pub(super) fn new(address: Address, options: &PostgresOptions) -> Result<Self, OpenError> {
        let ca_file = options.ca_file.as_deref().or(address.ca_file.as_deref());
        let tls = tls::connector(address.uses_tls(), ca_file)?;
        let name = address.to_string();
        let mut config = address.config;
        let connecting = config.get_connect_timeout().copied().unwrap_or(CONNECTING).max(options.timeout);
        config.connect_timeout(connecting);
        let hosts = config.get_hosts().len().max(config.get_hostaddrs().len()).max(1);
        let connecting = connecting.saturating_mul(u32::try_from(hosts).unwrap_or(u32::MAX));
        Ok(Self { config, tls, connecting, lock_timeout: options.lock_timeout, name })
    }

    /// Connects and authenticates.
    pub(super) async fn connect(&self) -> Result<Arc<Session>, Failure> {
        let session = timeout(self.connecting, self.session()).await;
        match session {
            Ok(session) => session.map(Arc::new).map_err(|error| Failure::NotConnected(Arc::new(error))),
            Err(_) => Err(Failure::SlowToConnect),
        }
    }

    #[cfg_attr(
        not(feature = "postgres-tls"),
        allow(clippy::clone_on_copy, reason = "the connector of TLS is no Copy, the one without is")
    )]
    async fn session(&self) -> Result<Session, Error> {
        let (client, connection) = self.config.connect(self.tls.clone()).await?;
        // It ends when the client is dropped. Its error is the error of the calls that wait.
        tokio::spawn(async move { _ = connection.await });
        let is_direct = pooler::is_direct(&client).await?;
        if is_direct {
            let lock_timeout = self.lock_timeout.as_millis().clamp(1, 1 << 30);
            // Under another level, a write that waited for another fails instead of being told what came first.
            let settings = format!(
                "SET lock_timeout = {lock_timeout}; SET default_transaction_isolation = 'read committed'"
            );
            client.batch_execute(&settings).await?;
        }
        Ok(Session::new(client, is_direct))
    }
}

/// Neither the user nor the password.
impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
