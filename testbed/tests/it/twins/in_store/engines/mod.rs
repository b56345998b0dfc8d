//! The engines that the twins store their sessions in, each on a server of its own.

mod engine;
mod hex;
mod kind;
mod mariadb;
mod memcached;
mod mongodb;
mod postgres;
mod redis;

pub(super) use self::engine::{Engine, Place, Stored};
pub(super) use self::kind::Kind;
pub(super) use self::memcached::PythonClient;
pub(super) use self::redis::{RedisDatabases, database};
