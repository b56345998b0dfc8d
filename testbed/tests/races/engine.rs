//! The engines.

use dewar_servers::{MariaDb, MariaDbProgram, Memcached, MongoDb, Postgres, PostgresProgram, Redis};

use crate::server::Server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Memory,
    Files,
    Sqlite,
    Redis,
    Postgres,
    MariaDb,
    MongoDb,
    Memcached,
}

/// What a server that is killed still has when it is back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// What the settings for tests happen to keep.
    Any,
    /// Everything that it has acknowledged, as far as the engine can.
    Durable,
    /// Not all of it, so that it is faster.
    Relaxed,
}

impl Engine {
    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Files => "files",
            Self::Sqlite => "sqlite",
            Self::Redis => "redis",
            Self::Postgres => "postgres",
            Self::MariaDb => "mariadb",
            Self::MongoDb => "mongodb",
            Self::Memcached => "memcached",
        }
    }

    /// A server of it. `None`, after a line that says so, if there is none on this machine, and for an engine without a server.
    pub(crate) fn server(self, durability: Durability) -> Option<Box<dyn Server>> {
        let is_durable = durability == Durability::Durable;
        let server: Box<dyn Server> = match self {
            Self::Memory | Self::Files | Self::Sqlite => return None,
            Self::Redis if is_durable => {
                drop(Redis::for_test()?);
                Box::new(Redis::settings().durable().start().unwrap())
            }
            Self::Redis => Box::new(Redis::for_test()?),
            Self::Postgres => Box::new(Postgres::for_test_with(PostgresProgram {
                durable: is_durable,
                ..PostgresProgram::default()
            })?),
            Self::MariaDb => Box::new(MariaDb::for_test_with(MariaDbProgram {
                durable: is_durable,
                ..MariaDbProgram::default()
            })?),
            Self::MongoDb => Box::new(MongoDb::for_test()?),
            Self::Memcached => Box::new(Memcached::for_test()?),
        };
        if durability == Durability::Relaxed {
            server.relax().unwrap();
        }
        Some(server)
    }

    /// Whether it can list the sessions of an owner.
    pub(crate) fn knows_owners(self) -> bool {
        self != Self::Memcached
    }

    /// Whether it has everything again that it had when it was killed.
    pub(crate) fn survives_a_kill(self) -> bool {
        self != Self::Memcached
    }
}
