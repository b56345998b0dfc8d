//! What the command line may say. A secret is never an argument: everybody on the machine can read those.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use dewar_stores::Engine;

/// Play with web sessions in a browser, look into session cookies, make secrets.
#[derive(Debug, Parser)]
#[command(
    name = "dewar",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  dewar demo                                   a small site on http://127.0.0.1:5000
  dewar cookie decode < cookie.txt             what a cookie holds
  dewar cookie explain --secret-file key.txt   why a cookie is refused
  dewar secret new > key.txt                   a secret that nobody can guess

It ends with 0 if all is well, 1 if the cookie, the secret or the store is bad, 2 if it was called wrongly."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a small site in which every scene of a session can be played
    #[command(after_help = demo_examples())]
    Demo(Demo),
    /// Look into a session cookie, check it, or make one
    #[command(subcommand)]
    Cookie(Cookie),
    /// Make a secret key, or check one
    #[command(subcommand)]
    Secret(Secret),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    /// The port to listen on; 0 for any that is free
    #[arg(long, default_value_t = 5000)]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) host: IpAddr,
    #[arg(long, value_name = "cookie|URL", help = store_help())]
    pub(crate) store: Option<String>,
    /// Store sessions in the cookie, in this format: flask if only --store cookie is given
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Store sessions in the cookie, with the secret key in this file; made at random if only --store cookie is given
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

impl Demo {
    /// What the command line and the environment come to.
    pub(crate) fn sessions_in(&self) -> Result<SessionsIn, &'static str> {
        let is_about_cookies = self.format.is_some() || self.secret_file.is_some();
        let from_environment = || std::env::var("DEWAR_STORE").ok().filter(|_| !is_about_cookies);
        match self.store.clone().or_else(from_environment) {
            Some(store) if store == "cookie" => Ok(SessionsIn::Cookie),
            Some(_) if is_about_cookies => Err(
                "--format and --secret-file are for sessions in cookies: leave them out, or say --store cookie",
            ),
            None if is_about_cookies => Ok(SessionsIn::Cookie),
            url => Ok(SessionsIn::Store { url }),
        }
    }
}

/// What `--store` takes: "cookie, memory: or …", as the engines say it.
pub(crate) fn stores() -> String {
    let usages: Vec<&str> = ["cookie"].into_iter().chain(Engine::all().iter().map(Engine::usage)).collect();
    usages.split_last().map_or(String::new(), |(last, rest)| format!("{} or {last}", rest.join(", ")))
}

fn store_help() -> String {
    format!("Where sessions are stored: {}; a file of its own if left out", stores())
}

fn demo_examples() -> String {
    let line = |arguments: &str, what: &str| format!("  dewar demo {arguments:<34}{what}\n");
    let in_engine =
        |engine: &Engine| line(&format!("--store {}", engine.usage()), &format!("in {}", engine.name()));
    [
        "Examples:\n".to_owned(),
        line("", "sessions in a file of its own"),
        line("--port 0", "on any free port; the first line says which"),
        Engine::all().iter().map(in_engine).collect(),
        line("--store cookie", "in Flask's cookies, and nothing on the server"),
        line("--format sealed", "in encrypted cookies"),
        "\nThe environment variable DEWAR_STORE stands in for --store: everybody on the machine can read a command\n\
         line, so a URL with a password belongs there."
            .to_owned(),
    ]
    .concat()
}

/// Where the demo stores sessions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SessionsIn {
    Cookie,
    /// Without a URL, in a store of its own.
    Store {
        url: Option<String>,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Signed: anyone can read it, only the server can change it
    Flask,
    /// Encrypted: only the server can read it or change it
    Sealed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cookie {
    /// Show what a cookie holds, without checking it; Flask's needs no key
    #[command(after_help = "\
Examples:
  dewar cookie decode eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U
  echo 'Cookie: theme=dark; session=eyJhIjoxfQ.ZeB58A.X' | dewar cookie decode --json")]
    Decode(Look),
    /// Check a cookie against the secret key: ends with 0 if it is valid, with 1 if not
    #[command(after_help = "\
Examples:
  dewar cookie verify --secret-file key.txt < cookie.txt
  SECRET_KEY=... dewar cookie verify < cookie.txt
  dewar cookie verify --secret-file new.txt --fallback-file old.txt < cookie.txt")]
    Verify(Check),
    /// Show all there is to know of a cookie: what it holds, whether it is valid, why not, what to do
    #[command(after_help = "\
Examples:
  dewar cookie explain < cookie.txt
  dewar cookie explain --secret-file key.txt < cookie.txt
  dewar cookie explain --secret-file key.txt --now 1709210096 < cookie.txt   as if it were then")]
    Explain(Check),
    /// Make a cookie of Flask's of the JSON object (Flask's tagged JSON) on standard input
    #[command(after_help = "\
Example:
  echo '{\"user\": \"zoe\"}' | dewar cookie sign --secret-file key.txt")]
    Sign(Sign),
}

/// The cookie to look at.
#[derive(Debug, ClapArgs)]
pub(crate) struct Look {
    /// The value, `name=value`, or a whole `Cookie:` or `Set-Cookie:` line; standard input if left out
    pub(crate) cookie: Option<String>,
    /// The cookie's name, where there are several; sealed cookies open only under their own
    #[arg(long, value_name = "NAME")]
    pub(crate) cookie_name: Option<String>,
    /// How long it lives since it was last written (31 days for Flask's; an hour, and a day in all, for a sealed one)
    #[arg(long, value_name = "SECONDS")]
    pub(crate) lifetime: Option<u32>,
    /// What time it is, as a Unix time; the system's otherwise
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<i64>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) look: Look,
    #[command(flatten)]
    pub(crate) keys: Keys,
    /// Take a timestamp before 2011 for one of itsdangerous before 1.0, which counted from 2011
    #[arg(long)]
    pub(crate) legacy_epoch: bool,
}

/// Where the secret keys are.
#[derive(Debug, ClapArgs)]
pub(crate) struct Keys {
    /// Read the secret key from this file; from SECRET_KEY or FLASK_SECRET_KEY of the environment otherwise
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Read an older key, which still verifies, from this file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub(crate) fallback_file: Vec<PathBuf>,
    /// The salt, which names the purpose: cookie-session for Flask's sessions
    #[arg(long, value_name = "TEXT")]
    pub(crate) salt: Option<String>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Sign {
    #[command(flatten)]
    pub(crate) keys: Keys,
    /// What time it is, as a Unix time; the system's otherwise
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<i64>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Secret {
    /// Print a new secret of 256 random bits
    #[command(after_help = "\
Examples:
  dewar secret new > key.txt
  dewar secret new --env >> .env
  dewar secret new --toml >> config.toml")]
    New(New),
    /// Say whether a secret could be guessed: ends with 0 if not, with 1 if so
    #[command(after_help = "\
Examples:
  dewar secret check key.txt
  printenv SECRET_KEY | dewar secret check")]
    Check(CheckSecret),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct New {
    /// As a line of a TOML file: SECRET_KEY = "..."
    #[arg(long, conflicts_with = "env")]
    pub(crate) toml: bool,
    /// As a line of an environment file: SECRET_KEY=...
    #[arg(long)]
    pub(crate) env: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckSecret {
    /// The file that holds the secret; standard input if left out
    pub(crate) file: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub(crate) json: bool,
}
