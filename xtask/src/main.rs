//! The project's own automation: `cargo xtask COMMAND`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to a person")]

use std::process::ExitCode;

mod bench;
mod browser;
mod builds;
mod consumer;
mod known_secrets;
mod mysql;
mod public_api;
mod python;
mod servers;
mod shell;
mod system;
mod test;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test [--all] [--only STEP]...   run every test, installing what it needs; --all: nothing may be left out
  ci                              what CI runs: test --all
  tidy                            the rules of this project that no compiler checks
  servers                         a server of each engine on a free port, until the input ends
  mysql                           the tests for MariaDB on MySQL: the one that DEWAR_MYSQLD names, or Debian's newest, installed
  bench [SECTION]...              measure Dewar beside its peers: cookies, stores, growth, http (whole servers); or of stores only
                                  memory, merges, trips, sizes, or an engine
  bench targets [PART]...         what is to be reached, beside what is: cookies, memory, redis, sqlite, sizes
  bench --write [SECTION]...      measure what the guide's page of costs shows, or some of its sections, and write the page
  bench builds [WORD]...          clean release builds of programs with Dewar and with its peers, or of those whose name has a WORD
  public-api                      write the listing of each library's public interface again
  known-secrets                   make the table of known secrets again";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["test", options @ ..] => test::run(options),
        ["ci"] => test::run(&["--all"]),
        ["tidy"] => tidy::run(),
        ["mysql"] => mysql::run(),
        ["servers"] => servers::run(),
        ["servers", "started"] => servers::start(),
        ["bench", "builds", words @ ..] => builds::run(words),
        ["bench", rest @ ..] => bench::run(rest),
        ["public-api"] => public_api::run(),
        ["known-secrets"] => known_secrets::run(),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}
