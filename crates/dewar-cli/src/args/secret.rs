//! `dewar secret`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum Secret {
    /// Print a new secret of 256 random bits
    #[command(after_help = "\
Examples:
  dewar secret new > key.txt
  dewar secret new --env >> .env
  dewar secret new --toml >> config.toml")]
    New(New),
    /// Check whether a secret could be guessed: exit status 0 if not, 1 if so
    #[command(after_help = "\
Examples:
  dewar secret check key.txt
  printenv SECRET_KEY | dewar secret check")]
    Check(CheckSecret),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct New {
    /// Print it as a line of a TOML file: SECRET_KEY = "..."
    #[arg(long, conflicts_with = "env")]
    pub(crate) toml: bool,
    /// Print it as a line of an environment file: SECRET_KEY=...
    #[arg(long)]
    pub(crate) env: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckSecret {
    /// The file that holds the secret [default: standard input]
    pub(crate) file: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}
