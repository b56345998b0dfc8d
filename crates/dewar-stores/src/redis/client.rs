//! The driver's client for an address, and the error if it does not connect.

use std::error::Error;
use std::io;
#[cfg(feature = "redis-tls")]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::redis::io::tcp::TcpSettings;
use ::redis::{
    Client, ConnectionAddr, IntoConnectionInfo, ProtocolVersion, RedisConnectionInfo, RedisError, RedisResult,
};

use super::address::{Address, Place};
use super::failure;
use crate::OpenError;

/// If the server's machine does not acknowledge data within this time, the connection is closed.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(2);

/// A client for the server at this address. It does not connect yet.
pub(super) fn client(address: &Address) -> Result<Client, OpenError> {
    let (place, tls) = match address.place.clone() {
        Place::Tcp { host, port, tls: false } => (ConnectionAddr::Tcp(host, port), false),
        Place::Tcp { host, port, tls: true } => {
            (ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }, true)
        }
        Place::Socket(path) => (ConnectionAddr::Unix(path), false),
    };
    let info = place.into_connection_info().map_err(|error| not_opened(address, error))?;
    let info = info.set_redis_settings(redis_settings(address)).set_tcp_settings(tcp_settings());
    let client = if tls { secure(info, address)? } else { Client::open(info) };
    client.map_err(|error| not_opened(address, error))
}

fn redis_settings(address: &Address) -> RedisConnectionInfo {
    // With RESP3 the driver reports a broken connection even if no call waits.
    let mut settings =
        RedisConnectionInfo::default().set_db(address.database).set_protocol(ProtocolVersion::RESP3);
    if let Some(user) = &address.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &address.password {
        settings = settings.set_password(password);
    }
    settings
}

fn tcp_settings() -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true);
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(UNACKNOWLEDGED);
    settings
}

#[cfg(feature = "redis-tls")]
fn secure(info: ::redis::ConnectionInfo, address: &Address) -> Result<RedisResult<Client>, OpenError> {
    // The program may have chosen a cryptography provider before. If not, this is the provider.
    _ = rustls::crypto::ring::default_provider().install_default();
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| {
            OpenError::new(format!("cannot read CA certificates for Redis from {}", path.display()))
                .with_source(error)
        })
    };
    let root_cert = address.ca_file.as_ref().map(read).transpose()?;
    Ok(Client::build_with_tls(info, ::redis::TlsCertificates { client_tls: None, root_cert }))
}

#[cfg(not(feature = "redis-tls"))]
fn secure(_: ::redis::ConnectionInfo, _: &Address) -> Result<RedisResult<Client>, OpenError> {
    Err(OpenError::new("rediss:// needs TLS: enable the feature `redis-tls` of dewar-stores"))
}

/// The error when the store cannot be opened: one line that says what to do.
pub(super) fn not_opened(address: &Address, error: RedisError) -> OpenError {
    if let Some(refusal) = failure::refusal(&error) {
        return OpenError::new(refused(address, refusal.code())).with_source(refusal);
    }
    let why = if error.is_timeout() {
        format!(
            "Redis at {address} did not answer in time: check that the server is Redis, and that it is not blocked"
        )
    } else if is_about_tls(&error) {
        format!(
            "Redis at {address} has no trusted certificate: name its CA with ?ca=/path/to/ca.pem in the URL, or RedisOptions::ca_file"
        )
    } else {
        format!("no Redis server answers at {address}: start it, or correct the address")
    };
    OpenError::new(why).with_source(error)
}

fn refused(address: &Address, code: &str) -> String {
    match code {
        "NOAUTH" => format!("Redis at {address} requires a password: write it as in redis://:password@host"),
        "WRONGPASS" => format!("Redis at {address} does not accept this user and password"),
        "ERR" if address.database > 0 => {
            format!("Redis at {address} has no database {}: use a lower number", address.database)
        }
        _ => format!("Redis at {address} cannot be used"),
    }
}

/// Whether the server was reached, but has no certificate or one that is not trusted.
fn is_about_tls(error: &RedisError) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<Arc<dyn Error + Send + Sync>>());
    let source = source.and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|source| source.kind() == io::ErrorKind::InvalidData)
}
