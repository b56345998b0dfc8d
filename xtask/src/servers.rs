//! `cargo xtask servers`: what the examples can be tried with.

use std::io;

use dewar_servers::Redis;

use crate::redis;
use crate::shell::Result;

/// Starts a Redis and prints its URL. It is ended with our input, or with us.
pub(crate) fn run() -> Result {
    redis::prepare()?;
    let redis = Redis::start()?;
    println!("{}", redis.url());
    println!("Ctrl-D ends it");
    io::copy(&mut io::stdin(), &mut io::sink()).map(drop).map_err(|error| error.to_string())
}
