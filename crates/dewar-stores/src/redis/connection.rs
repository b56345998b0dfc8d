//! Asking the server, and waiting no longer than is allowed.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
#[cfg(feature = "redis-tls")]
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ::redis::aio::MultiplexedConnection;
use ::redis::io::tcp::TcpSettings;
use ::redis::{
    Client, Cmd, ConnectionAddr, ErrorKind, FromRedisValue, IntoConnectionInfo, Pipeline, ProtocolVersion,
    RedisConnectionInfo, RedisError, RedisResult, ServerErrorKind, Value, cmd, pipe,
};
use dewar_core::StoreError;

use super::address::{Address, Place};
use super::call::Call;
use super::failure;
use super::line::Line;
use crate::OpenError;

/// Making a connection may take this long; those who wait for it give up earlier.
const CONNECTING: Duration = Duration::from_secs(1);
/// What was sent and is not acknowledged for so long is lost: the machine at the other end is gone.
#[cfg(target_os = "linux")]
const UNACKNOWLEDGED: Duration = Duration::from_secs(2);

/// A server that can be asked. Many may ask at once; each gets the answer to its own question.
pub(super) struct Connection {
    line: Line,
    timeout: Duration,
    name: String,
}

impl Connection {
    /// Connects and signs in.
    pub(super) async fn open(address: &Address, timeout: Duration) -> Result<Self, OpenError> {
        let line = Line::open(client(address)?, CONNECTING.max(timeout)).await;
        let line = line.map_err(|error| not_opened(address, error))?;
        let connection = Self { line, timeout, name: format!("{address}/{}", address.database) };
        connection.check(address).await.map(|()| connection)
    }

    /// A node of a Cluster would answer most calls with the name of another node. It says what it is when it is greeted, which a
    /// user may always do.
    async fn check(&self, address: &Address) -> Result<(), OpenError> {
        let told: HashMap<String, Value> = self.ask(&cmd("HELLO")).await.unwrap_or_default();
        let is_cluster = matches!(told.get("mode"), Some(Value::BulkString(mode)) if mode == b"cluster");
        if is_cluster {
            return Err(OpenError::new(format!(
                "Redis at {address} is a node of a Redis Cluster, which cannot keep sessions here yet: give the address of a \
                 single server or of a primary with replicas"
            )));
        }
        Ok(())
    }

    /// The answer to one command.
    pub(super) async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StoreError> {
        self.within(|mut connection| async move { command.query_async(&mut connection).await }).await
    }

    /// The answers to commands that are sent together.
    pub(super) async fn ask_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, StoreError> {
        self.within(|mut connection| async move { commands.query_async(&mut connection).await }).await
    }

    /// What a script gives. Only a server that has not run it before is sent the script itself.
    pub(super) async fn run<T: FromRedisValue>(&self, call: &Call<'_>) -> Result<T, StoreError> {
        self.within(|mut connection| async move {
            match call.short().query_async(&mut connection).await {
                Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript) => {
                    call.full().query_async(&mut connection).await
                }
                answer => answer,
            }
        })
        .await
    }

    /// What many calls of one script give, each for itself, in one round trip. Others are served between them.
    pub(super) async fn run_all<T: FromRedisValue>(&self, calls: &[Call<'_>]) -> Result<Vec<T>, StoreError> {
        let Some(first) = calls.first() else { return Ok(Vec::new()) };
        let mut commands = pipe();
        for call in calls {
            commands.add_command(call.short());
        }
        self.within(|mut connection| async move {
            match commands.query_async(&mut connection).await {
                Err(error)
                    if failure::refusal(&error).is_some_and(|refusal| refusal.code() == "NOSCRIPT") =>
                {
                    first.teach().query_async::<()>(&mut connection).await?;
                    commands.query_async(&mut connection).await
                }
                answers => answers,
            }
        })
        .await
    }

    async fn within<T, F>(&self, ask: impl FnOnce(MultiplexedConnection) -> F) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        match self.line.with(self.timeout, ask).await {
            Ok(answer) => answer.map_err(failure::store_error),
            Err(elapsed) => Err(StoreError::no_answer(elapsed)),
        }
    }
}

fn client(address: &Address) -> Result<Client, OpenError> {
    let (place, tls) = match address.place.clone() {
        Place::Tcp { host, port, tls: false } => (ConnectionAddr::Tcp(host, port), false),
        Place::Tcp { host, port, tls: true } => {
            (ConnectionAddr::TcpTls { host, port, insecure: false, tls_params: None }, true)
        }
        Place::Socket(path) => (ConnectionAddr::Unix(path), false),
    };
    // The third protocol tells of a connection that breaks while nobody asks.
    let mut settings =
        RedisConnectionInfo::default().set_db(address.database).set_protocol(ProtocolVersion::RESP3);
    if let Some(user) = &address.user {
        settings = settings.set_username(user);
    }
    if let Some(password) = &address.password {
        settings = settings.set_password(password);
    }
    let info = place.into_connection_info().map_err(|error| not_opened(address, error))?;
    let info = info.set_redis_settings(settings).set_tcp_settings(tcp());
    let client = if tls { secure(info, address)? } else { Client::open(info) };
    client.map_err(|error| not_opened(address, error))
}

fn tcp() -> TcpSettings {
    let settings = TcpSettings::default().set_nodelay(true);
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(UNACKNOWLEDGED);
    settings
}

#[cfg(feature = "redis-tls")]
fn secure(info: ::redis::ConnectionInfo, address: &Address) -> Result<RedisResult<Client>, OpenError> {
    // A program may have chosen its cryptography before; if it has not, this is the choice.
    _ = rustls::crypto::ring::default_provider().install_default();
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| {
            OpenError::new(format!("{}: no certificates to trust Redis by", path.display()))
                .with_source(error)
        })
    };
    let root_cert = address.authority.as_ref().map(read).transpose()?;
    Ok(Client::build_with_tls(info, ::redis::TlsCertificates { client_tls: None, root_cert }))
}

#[cfg(not(feature = "redis-tls"))]
fn secure(_: ::redis::ConnectionInfo, _: &Address) -> Result<RedisResult<Client>, OpenError> {
    Err(OpenError::new("rediss:// needs TLS: build dewar-stores with its feature redis-tls"))
}

/// One line that says what to do.
fn not_opened(address: &Address, error: RedisError) -> OpenError {
    match failure::refusal(&error) {
        Some(refusal) => OpenError::new(match refusal.code() {
            "NOAUTH" => {
                format!("Redis at {address} asks for a password: give it as in redis://:password@host")
            }
            "WRONGPASS" => format!("Redis at {address} does not accept this user and password"),
            "ERR" if address.database > 0 => {
                format!("Redis at {address} has no database {}: take a lower number", address.database)
            }
            _ => format!("Redis at {address} cannot be used"),
        })
        .with_source(refusal),
        None if error.is_timeout() => OpenError::new(format!(
            "Redis at {address} did not answer in time: is it frozen, or is something else there?"
        ))
        .with_source(error),
        None if is_about_tls(&error) => OpenError::new(format!(
            "Redis at {address} shows no certificate that is trusted: name its authority"
        ))
        .with_source(error),
        None => OpenError::new(format!("no Redis answers at {address}: start it, or give its address"))
            .with_source(error),
    }
}

/// Whether the other end was reached, and what it showed is no certificate, or not one to believe.
fn is_about_tls(error: &RedisError) -> bool {
    let source = error.source().and_then(|source| source.downcast_ref::<Arc<dyn Error + Send + Sync>>());
    let source = source.and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|source| source.kind() == io::ErrorKind::InvalidData)
}

/// Where it leads; no password.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
