//! The calls that sessions need from Redis, or the least of their kind, by the driver alone.

use std::sync::Arc;

use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands, Client, Cmd, cmd, pipe};
use tokio::runtime::Runtime;

use crate::raw::PAYLOAD;

pub(crate) const GET: &str = "redis, one GET";
pub(crate) const PTTL_AND_GET: &str = "redis, PTTL and GET";
pub(crate) const SET: &str = "redis, one SET";
pub(crate) const SCRIPT: &str = "redis, a script that does nothing";

const KEY: &str = "raw";
/// In milliseconds.
const HOUR: u64 = 3_600_000;

/// A connection to a server that has the key and the script.
#[derive(Clone)]
pub(crate) struct RawRedis {
    connection: MultiplexedConnection,
    script: Arc<str>,
}

impl RawRedis {
    pub(crate) fn connect(runtime: &Runtime, port: u16) -> Self {
        let client = Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
        runtime.block_on(async {
            let mut connection = client.get_multiplexed_async_connection().await.unwrap();
            let load = cmd("SCRIPT").arg("LOAD").arg("return 1").clone();
            let script = load.query_async::<String>(&mut connection).await.unwrap().into();
            let raw = Self { connection, script };
            raw.clone().set().await;
            raw
        })
    }

    /// Reads a record of our own.
    pub(crate) async fn get(mut self) {
        self.connection.get::<_, Vec<u8>>(KEY).await.unwrap();
    }

    /// Reads one of Flask-Session.
    pub(crate) async fn pttl_and_get(mut self) {
        pipe().pttl(KEY).get(KEY).query_async::<(i64, Vec<u8>)>(&mut self.connection).await.unwrap();
    }

    pub(crate) async fn set(self) {
        let set = cmd("SET").arg(KEY).arg(&PAYLOAD).arg("PX").arg(HOUR).clone();
        self.send(set).await;
    }

    /// With the arguments that replace a payload.
    pub(crate) async fn script(self) {
        let payload = PAYLOAD.as_slice();
        let call = cmd("EVALSHA").arg(&*self.script).arg(1).arg(KEY).arg(payload).arg(payload).clone();
        self.send(call).await;
    }

    async fn send(mut self, command: Cmd) {
        command.query_async::<()>(&mut self.connection).await.unwrap();
    }
}
