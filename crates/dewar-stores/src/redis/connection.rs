//! Sends commands, pipelines and scripts to the server, each until a deadline.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ::redis::{
    Cmd, ErrorKind, FromRedisValue, Pipeline, RedisResult, ServerErrorKind, Value, cmd, from_redis_value,
    pipe,
};
use dewar_core::{StoreError, StoreErrorKind};
use tokio::time::Instant;

use super::address::Address;
use super::client::{client, not_opened};
use super::failure;
use super::greeting::Greeting;
use super::handed_over::{HandedOver, RedisConnection};
use super::line::Message;
use super::script::Call;
use super::shared_connection::SharedConnection;
use crate::OpenError;

/// The longest time for connecting. Calls that wait for a connection give up earlier.
const CONNECTING: Duration = Duration::from_secs(1);

/// A connection to the server. Many calls can use it at once; each gets its own answer, and has one deadline for all that it sends.
pub(super) struct Connection {
    whose: Whose,
    timeout: Duration,
    name: String,
    /// Whether the server knows `SET … IFEQ`.
    compares: AtomicBool,
}

/// Who made the connection, and replaces it.
enum Whose {
    Store(SharedConnection),
    Program(HandedOver),
}

impl Connection {
    /// Connects and authenticates.
    pub(super) async fn open(address: &Address, timeout: Duration) -> Result<Self, OpenError> {
        let shared = SharedConnection::open(client(address)?, CONNECTING.max(timeout)).await;
        let shared = shared.map_err(|error| not_opened(address, error))?;
        let name = format!("{address}/{}", address.database);
        let connection = Self::new(Whose::Store(shared), timeout, name);
        let greeting = connection.greeting().await.unwrap_or_default();
        connection.accept(&greeting, &format!("Redis at {address}"))
    }

    /// Takes a connection of the program, if its server answers.
    pub(super) async fn handed_over(
        connection: RedisConnection,
        timeout: Duration,
    ) -> Result<Self, OpenError> {
        let whose = Whose::Program(HandedOver::new(connection));
        let connection = Self::new(whose, timeout, "a connection of the program".to_owned());
        let greeting = match connection.greeting().await {
            Err(error) if error.kind() != StoreErrorKind::Refused => {
                let why = "the Redis server of the connection that was handed over cannot be used: check that it runs";
                return Err(OpenError::new(why).with_source(error));
            }
            greeting => greeting.unwrap_or_default(),
        };
        connection.accept(&greeting, "the Redis server of this connection")
    }

    fn new(whose: Whose, timeout: Duration, name: String) -> Self {
        Self { whose, timeout, name, compares: AtomicBool::new(false) }
    }

    /// What the server says of itself. Every user may send `HELLO`.
    async fn greeting(&self) -> Result<Greeting, StoreError> {
        self.ask(&cmd("HELLO"), self.deadline()).await.map(Greeting)
    }

    /// A node of a Redis Cluster would answer most calls with the address of another node.
    fn accept(self, greeting: &Greeting, server: &str) -> Result<Self, OpenError> {
        if greeting.text("mode") == Some("cluster") {
            return Err(OpenError::new(format!(
                "{server} is a node of a Redis Cluster, which cannot store sessions here yet: give the address of a single server or of a \
                 primary with replicas"
            )));
        }
        self.compares.store(greeting.compares(), Ordering::Relaxed);
        Ok(self)
    }

    /// Whether the server compares by itself: a connection that was replaced may lead to one that cannot.
    pub(super) fn compares(&self) -> bool {
        self.compares.load(Ordering::Relaxed)
    }

    #[cfg(test)]
    pub(super) fn suppose_that_it_compares(&self) {
        self.compares.store(true, Ordering::Relaxed);
    }

    pub(super) fn cannot_compare(&self) {
        self.compares.store(false, Ordering::Relaxed);
    }

    /// The longest time of a call.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// The deadline of a call that begins now.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    /// Sends one command and returns the answer.
    pub(super) async fn ask<T: FromRedisValue>(
        &self,
        command: &Cmd,
        deadline: Instant,
    ) -> Result<T, StoreError> {
        read(self.exchange(Message::One(command), deadline).await?)
    }

    /// Sends several commands together and returns the answers.
    pub(super) async fn ask_all<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
        deadline: Instant,
    ) -> Result<T, StoreError> {
        read(self.exchange(Message::Many(commands), deadline).await?)
    }

    /// Runs a script and returns its answer. The code is sent only to a server that has not run the script before.
    pub(super) async fn run<T: FromRedisValue>(
        &self,
        call: &Call<'_>,
        deadline: Instant,
    ) -> Result<T, StoreError> {
        let mut command = call.by_hash();
        let mut answer = self.exchange(Message::One(&command), deadline).await?;
        if is_unknown_script(&answer) {
            command = call.with_code();
            answer = self.exchange(Message::One(&command), deadline).await?;
        }
        read(answer)
    }

    /// Runs one script many times in one round trip, and returns the answers. Other clients are served between the runs.
    pub(super) async fn run_all<T: FromRedisValue>(&self, calls: &[Call<'_>]) -> Result<Vec<T>, StoreError> {
        let Some(first) = calls.first() else { return Ok(Vec::new()) };
        let mut commands = pipe();
        for call in calls {
            commands.add_command(call.by_hash());
        }
        let deadline = self.deadline();
        let mut answers = self.exchange(Message::Many(&commands), deadline).await?;
        if is_unknown_script(&answers) {
            self.ask::<()>(&first.load_script(), deadline).await?;
            answers = self.exchange(Message::Many(&commands), deadline).await?;
        }
        read(answers)
    }

    async fn exchange(
        &self,
        message: Message<'_>,
        deadline: Instant,
    ) -> Result<RedisResult<Value>, StoreError> {
        let answer = match &self.whose {
            Whose::Store(shared) => shared.exchange(message, deadline).await,
            Whose::Program(connection) => connection.exchange(message, deadline).await,
        };
        answer.map_err(StoreError::no_answer)
    }
}

fn read<T: FromRedisValue>(answer: RedisResult<Value>) -> Result<T, StoreError> {
    answer.and_then(|value| Ok(from_redis_value(value)?)).map_err(failure::store_error)
}

fn is_unknown_script(answer: &RedisResult<Value>) -> bool {
    matches!(answer, Err(error) if error.kind() == ErrorKind::Server(ServerErrorKind::NoScript))
}

/// `Debug` shows the address without the password.
impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}
