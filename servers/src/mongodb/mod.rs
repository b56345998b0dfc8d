//! MongoDB, alone and as a replica set.

mod command;
mod replica_set;
mod server;

pub use self::replica_set::MongoReplicaSet;
pub use self::server::{MongoDb, MongoDbProgram};
