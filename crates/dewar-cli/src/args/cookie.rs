//! `dewar cookie`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Cookie {
    /// Show what a cookie holds, without checking it; Flask's needs no key
    #[command(after_help = "\
Examples:
  dewar cookie decode eyJhIjoxfQ.ZeB58A.XllnqMhItg8yP9H5gQM1OF57c_U
  echo 'Cookie: theme=dark; session=eyJhIjoxfQ.ZeB58A.X' | dewar cookie decode --json")]
    Decode(Look),
    /// Check a cookie against the secret key: exit status 0 if it is valid, 1 if not
    #[command(after_help = "\
Examples:
  dewar cookie verify --secret-file key.txt < cookie.txt
  SECRET_KEY=... dewar cookie verify < cookie.txt
  dewar cookie verify --secret-file new.txt --fallback-file old.txt < cookie.txt")]
    Verify(Check),
    /// Explain a cookie: what it holds, whether it is valid, and if not, why and what to do
    #[command(after_help = "\
Examples:
  dewar cookie explain < cookie.txt
  dewar cookie explain --secret-file key.txt < cookie.txt
  dewar cookie explain --secret-file key.txt --now 1709210096 < cookie.txt   as of that time")]
    Explain(Check),
    /// Make a Flask cookie from the JSON object (Flask's tagged JSON) on standard input
    #[command(after_help = "\
Example:
  echo '{\"user\": \"zoe\"}' | dewar cookie sign --secret-file key.txt")]
    Sign(Sign),
}

/// The cookie to look at.
#[derive(Debug, ClapArgs)]
pub(crate) struct Look {
    /// Its value, `name=value`, or a whole `Cookie:` or `Set-Cookie:` line [default: standard input]
    pub(crate) cookie: Option<String>,
    /// The name of the cookie, if there are several; a sealed cookie opens only under its own name
    #[arg(long, value_name = "NAME")]
    pub(crate) cookie_name: Option<String>,
    /// How long a cookie is valid after it was last written [default: 31 days for Flask's; an hour, and a day in all, for a sealed one]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) lifetime: Option<u32>,
    /// The current time, as a Unix time [default: the system's]
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<i64>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) look: Look,
    #[command(flatten)]
    pub(crate) keys: Keys,
    /// Read a timestamp before 2011 as one of itsdangerous before 1.0, which counted from 2011
    #[arg(long)]
    pub(crate) legacy_epoch: bool,
}

/// Where the secret keys are.
#[derive(Debug, ClapArgs)]
pub(crate) struct Keys {
    /// Read the secret key from this file [default: the environment variable SECRET_KEY or FLASK_SECRET_KEY]
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
    /// The current time, as a Unix time [default: the system's]
    #[arg(long, value_name = "UNIX")]
    pub(crate) now: Option<i64>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
