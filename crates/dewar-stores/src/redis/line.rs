//! A connection of the driver, and what is sent over it.

#[cfg(feature = "redis-connection-manager")]
use ::redis::aio::ConnectionManager;
use ::redis::aio::{ConnectionLike, MultiplexedConnection};
use ::redis::{Cmd, Pipeline, RedisResult, Value, cmd};

/// A connection of the driver.
#[derive(Clone)]
pub(super) enum Line {
    Multiplexed(MultiplexedConnection),
    #[cfg(feature = "redis-connection-manager")]
    Managed(ConnectionManager),
}

/// What is sent together.
#[derive(Clone, Copy)]
pub(super) enum Message<'a> {
    One(&'a Cmd),
    Many(&'a Pipeline),
}

impl Line {
    /// Sends it, and returns the answer; of several commands the list of answers, or the first error.
    pub(super) async fn send(&mut self, message: Message<'_>) -> RedisResult<Value> {
        match self {
            Self::Multiplexed(connection) => send(connection, message).await,
            #[cfg(feature = "redis-connection-manager")]
            Self::Managed(manager) => send_boxed(manager, message).await,
        }
    }

    /// Whether a connection that the server closes is replaced.
    pub(super) fn is_replaced_when_closed(&self) -> bool {
        match self {
            Self::Multiplexed(_) => false,
            #[cfg(feature = "redis-connection-manager")]
            Self::Managed(_) => true,
        }
    }

    /// Has the server close the connection. By the second command, a manager without push messages notices it, too.
    pub(super) async fn reconnect(mut self) {
        _ = self.send(Message::One(&cmd("QUIT"))).await;
        _ = self.send(Message::One(&cmd("PING"))).await;
    }
}

/// The same over the connection that calls share. Most calls are one command: its future is part of theirs, not boxed as that of the trait is.
pub(super) async fn send(connection: &mut MultiplexedConnection, message: Message<'_>) -> RedisResult<Value> {
    match message {
        Message::One(command) => connection.send_packed_command(command).await?.extract_error(),
        Message::Many(_) => send_boxed(connection, message).await,
    }
}

/// The same over any connection.
async fn send_boxed(connection: &mut impl ConnectionLike, message: Message<'_>) -> RedisResult<Value> {
    let answer = match message {
        Message::One(command) => connection.req_packed_command(command).await?,
        Message::Many(commands) => {
            Value::Array(connection.req_packed_commands(commands, 0, commands.len()).await?)
        }
    };
    answer.extract_error()
}
