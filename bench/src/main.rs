//! Dewar beside its peers: time, allocations and round trips of the same work, measured in one run, as tables.
//!
//! Left out: axum_session and ruts with Redis and SQLite, whose drivers are those of tower-sessions' stores.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to a person")]
#![expect(clippy::unwrap_used, reason = "what is measured must work, else the figures mean nothing")]

mod chart;
mod cores;
mod footprint;
mod growth;
mod http;
mod machine;
mod merges;
mod peers;
mod raw;
mod raw_redis;
mod redis_server;
mod requests;
mod sections;
mod servers;
mod sizes;
mod sqlite_file;
mod store_peers;
mod table;
mod targets;
mod tokens;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["serve", program @ ..] => http::serve(program),
        ["targets", parts @ ..] => targets::run(parts),
        ["--charts", file, names @ ..] => sections::run(names, Some(Path::new(file))),
        names => sections::run(names, None),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
