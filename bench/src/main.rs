//! Dewar beside its peers: time, allocations and round trips of the same work, measured in one run, as tables.
//!
//! Left out: axum_session and ruts with Redis and SQLite, whose drivers are those of tower-sessions' stores.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to a person")]
#![expect(clippy::unwrap_used, reason = "what is measured must work, else the figures mean nothing")]

mod footprint;
mod growth;
mod machine;
mod merges;
mod peers;
mod raw;
mod redis_server;
mod requests;
mod sections;
mod servers;
mod sizes;
mod sqlite_file;
mod store_peers;
mod table;
mod tokens;

use std::process::ExitCode;

fn main() -> ExitCode {
    let names: Vec<String> = std::env::args().skip(1).collect();
    match sections::chosen(&names).and_then(|chosen| {
        machine::describe();
        chosen.iter().try_for_each(sections::run)
    }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
