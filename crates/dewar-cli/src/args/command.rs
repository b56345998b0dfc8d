//! The commands.

use clap::{Parser, Subcommand};

use super::demo::examples as demo_examples;
use super::sessions::urls as session_urls;
use super::{Cookie, Demo, Secret, Sessions};

/// Try web sessions in a browser, inspect session cookies, operate the sessions in a store, make secrets.
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
  dewar sessions list --name shop              the sessions in the store that DEWAR_STORE names
  dewar secret new > key.txt                   a random secret

Exit status: 0 for success, 1 if the cookie, the secret, the store or a session is bad, 2 for wrong arguments."
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve a small site that shows what sessions do
    #[command(after_help = demo_examples())]
    Demo(Demo),
    /// Inspect, check or make a session cookie
    #[command(subcommand)]
    Cookie(Cookie),
    /// List, end, sweep or copy the sessions in a store
    #[command(subcommand, after_help = session_urls())]
    Sessions(Sessions),
    /// Make or check a secret key
    #[command(subcommand)]
    Secret(Secret),
}
