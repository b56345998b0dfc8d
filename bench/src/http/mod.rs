//! Whole servers over loopback: requests per second, latency, CPU time and memory, with sessions by Dewar and by others.
//!
//! A server is a process of its own and has one core; wrk, which makes the requests, and Redis have another one. A connection sends its next
//! request when the last one is answered, each with the cookie of another session.

mod figures;
mod load;
mod programs;
mod rounds;
mod server;
mod serving;
mod visitors;

pub(crate) use self::programs::{in_actix, in_memory, in_redis, in_sqlite};
pub(crate) use self::serving::serve;
