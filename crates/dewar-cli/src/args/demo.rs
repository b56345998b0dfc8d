//! `dewar demo`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};
use dewar_stores::Engine;

#[derive(Debug, ClapArgs)]
pub(crate) struct Demo {
    /// The port to listen on; 0 for any free port
    #[arg(long, default_value_t = 5000)]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) host: IpAddr,
    #[arg(long, value_name = "cookie|URL", help = store_help())]
    pub(crate) store: Option<String>,
    /// Store sessions in the cookie, in this format [default with --store cookie: flask]
    #[arg(long, value_enum)]
    pub(crate) format: Option<Format>,
    /// Store sessions in the cookie, with the secret key in this file [default with --store cookie: a random key]
    #[arg(long, value_name = "FILE")]
    pub(crate) secret_file: Option<PathBuf>,
}

impl Demo {
    /// Where sessions are stored, by the command line and the environment.
    pub(crate) fn sessions_in(&self) -> Result<SessionsIn, &'static str> {
        let is_about_cookies = self.format.is_some() || self.secret_file.is_some();
        let from_environment = || std::env::var("DEWAR_STORE").ok().filter(|_| !is_about_cookies);
        match self.store.clone().or_else(from_environment) {
            Some(store) if store == "cookie" => Ok(SessionsIn::Cookie),
            Some(_) if is_about_cookies => Err(
                "--format and --secret-file are for sessions in cookies: leave them out, or use --store cookie",
            ),
            None if is_about_cookies => Ok(SessionsIn::Cookie),
            url => Ok(SessionsIn::Store { url }),
        }
    }
}

/// What `--store` takes: "cookie, memory: or …", from the table of engines.
pub(crate) fn stores() -> String {
    let usages: Vec<&str> =
        ["cookie"].into_iter().chain(Engine::all().iter().map(Engine::url_template)).collect();
    usages.split_last().map_or(String::new(), |(last, rest)| format!("{} or {last}", rest.join(", ")))
}

fn store_help() -> String {
    format!("Where to store sessions: {} [default: a file of its own]", stores())
}

pub(super) fn examples() -> String {
    let line = |arguments: &str, what: &str| format!("  dewar demo {arguments:<34}{what}\n");
    let in_engine = |engine: &Engine| {
        line(&format!("--store {}", engine.url_template()), &format!("in {}", engine.name()))
    };
    [
        "Examples:\n".to_owned(),
        line("", "sessions in a file of its own"),
        line("--port 0", "on any free port, which the first line names"),
        Engine::all().iter().map(in_engine).collect(),
        line("--store cookie", "in cookies of Flask's format, with nothing on the server"),
        line("--format sealed", "in encrypted cookies"),
        "\nPut a URL with a password into the environment variable DEWAR_STORE instead of --store: all users of the\n\
         machine can read a command line."
            .to_owned(),
    ]
    .concat()
}

/// Where the demo stores sessions.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SessionsIn {
    Cookie,
    /// Without a URL, in a file of the demo's own.
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
