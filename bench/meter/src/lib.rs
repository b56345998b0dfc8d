//! Measures Dewar and its peers. A crate of its own, since some peers cannot be built into the same program as
//! Dewar: they are measured with the same crate in a program of their own.
#![expect(clippy::unwrap_used, reason = "what is measured must work, else the figures mean nothing")]

mod account;
mod cost;
mod program;
mod redis_server;
mod requests;
mod row;
mod served;
mod turns;
mod wire;

pub use self::account::{Account, SECRET, account, visit};
pub use self::cost::{Cost, ROUND, ROUNDS, Repeat, cost, cost_on, now, runtime};
pub use self::program::{Program, routes};
pub use self::redis_server::RedisServer;
pub use self::requests::{AT_ONCE, MANY_AT_ONCE, WORK, measure, measure_on_redis, octets, pairs, with};
pub use self::row::{Role, Row};
pub use self::served::{announce, serve};
pub use self::turns::{SCENES, Turns};
pub use self::wire::Wire;
