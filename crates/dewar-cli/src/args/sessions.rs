//! `dewar sessions`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};
use dewar_stores::Engine;

use super::handle::handle;
use super::moment::{Age, Size};

#[derive(Debug, Subcommand)]
pub(crate) enum Sessions {
    /// List sessions: owner, device, age, last use, expiry, size; never an id
    #[command(after_help = "\
Examples:
  dewar sessions list --name shop URL
  dewar sessions list --name shop --owner user:42
  dewar sessions list --name shop --sort largest --limit 20
  dewar sessions list --name shop --json | jq .owner
  dewar sessions list --flask --idle-limit 31d URL")]
    List(List),
    /// Show a session: times, owner, and the keys of its data with their types and sizes
    #[command(after_help = "\
Examples:
  dewar sessions show --name shop 0f6a1c9e5b7d2384
  dewar sessions show --name shop --owner user:42 --values 0f6a1c9e5b7d2384")]
    Show(Show),
    /// End sessions: log their users out
    #[command(after_help = "\
Examples:
  dewar sessions end --name shop --owner user:42
  dewar sessions end --name shop --handle 0f6a1c9e5b7d2384
  dewar sessions end --name shop --older-than 30d --dry-run
  dewar sessions end --name shop --all --yes")]
    End(End),
    /// Remove expired sessions, which take up space in files and tables until then
    #[command(after_help = "\
Examples:
  dewar sessions sweep --name shop URL
  dewar sessions sweep --name shop --batch 500 --pause 100ms --limit 100000")]
    Sweep(Sweep),
    /// Copy the sessions to another store; all cookies stay valid
    #[command(after_help = "\
Examples:
  dewar sessions copy --name shop --dry-run OLD_URL NEW_URL
  dewar sessions copy --name shop OLD_URL NEW_URL
  DEWAR_STORE=OLD_URL DEWAR_STORE_TO=NEW_URL dewar sessions copy --name shop --move

Stop the program, copy, start it with the new store. Or deploy the program with the new store, migrating from the
old one (SessionManager::migrating_from), and copy with --move. A copy that was interrupted is run again.")]
    Copy(Copy),
    /// Print the SQL that creates the table of a store: Dewar's own, or Flask-Session's
    #[command(after_help = "\
Examples:
  dewar sessions schema URL
  dewar sessions schema --flask --set SESSION_SQLALCHEMY_TABLE=web URL")]
    Schema(Schema),
}

/// The forms of URLs, for the help.
pub(super) fn urls() -> String {
    let shared = Engine::all().iter().filter(|engine| engine.is_persistent());
    let lines = shared.map(|engine| format!("  {:<28}{}\n", engine.url_template(), engine.name()));
    ["URLs of stores:\n".to_owned(), lines.collect(), PASSWORDS.to_owned()].concat()
}

const PASSWORDS: &str = "
Put a URL with a password into the environment variable DEWAR_STORE instead of the command line, which all users of
the machine can read.

Exit status: 0 for success, 1 if the store fails or a session is not there or could not be worked on, 2 for wrong
arguments.";

/// Which store, and whose sessions in it.
#[derive(Debug, ClapArgs)]
pub(crate) struct Place {
    /// The URL of the store [default: the environment variable DEWAR_STORE, which others cannot read]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) program: Program,
}

/// Whose sessions, and in which format.
#[derive(Debug, ClapArgs)]
pub(crate) struct Program {
    /// The program's name in the store: that of `ServerSide::new` or DEWAR_NAME [default: the environment variable DEWAR_NAME]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The sessions are Flask-Session's
    #[arg(long, conflicts_with = "name")]
    pub(crate) flask: bool,
    /// A setting of the Flask program that is not the default, such as SESSION_KEY_PREFIX=web: or SESSION_SQLALCHEMY_TABLE=web; may be
    /// repeated
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "flask")]
    pub(crate) settings: Vec<String>,
    /// The program's idle limit (Flask: PERMANENT_SESSION_LIFETIME), from which the last use of a session is computed
    #[arg(long, value_name = "AGE")]
    pub(crate) idle_limit: Option<Age>,
}

/// Which of the sessions.
#[derive(Debug, ClapArgs)]
pub(crate) struct Which {
    /// Those of this owner
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Those whose device labels contain this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) device: Option<String>,
    /// Those that began longer ago than this: 90s, 30m, 12h, 7d, 4w
    #[arg(long, value_name = "AGE")]
    pub(crate) older_than: Option<Age>,
    /// Those that were not used for this long
    #[arg(long, value_name = "AGE", requires = "idle_limit")]
    pub(crate) idle_for: Option<Age>,
    /// Those whose record is larger than this: 500, 10k, 2m
    #[arg(long, value_name = "SIZE")]
    pub(crate) larger_than: Option<Size>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct List {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Show the first of all sessions in this order [default: every session, in the order of the store]
    #[arg(long, value_enum)]
    pub(crate) sort: Option<Sort>,
    /// Show at most this many [default with --sort: 100]. Without --sort no more than these are read, and the totals are of them
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
    /// Print a JSON object per line, the last one with totals
    #[arg(long)]
    pub(crate) json: bool,
}

/// What comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    Oldest,
    Newest,
    Largest,
    /// What expires first
    Expiring,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Show {
    /// The handle that `dewar sessions list` shows
    #[arg(value_parser = handle)]
    pub(crate) handle: String,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Whose session it is: finds it without reading all of them, and tells apart sessions that have the same handle
    #[arg(long, value_name = "NAME")]
    pub(crate) owner: Option<String>,
    /// Show the values as well, except under keys that name a secret, at any depth (password, passwd, pwd, token, secret, csrf, key, auth, otp)
    #[arg(long)]
    pub(crate) values: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct End {
    #[command(flatten)]
    pub(crate) place: Place,
    /// The session with this handle; if several have it, the filters say which
    #[arg(long, value_parser = handle)]
    pub(crate) handle: Option<String>,
    #[command(flatten)]
    pub(crate) which: Which,
    /// All sessions of the program
    #[arg(long, conflicts_with_all = ["handle", "owner", "device", "older_than", "idle_for", "larger_than"])]
    pub(crate) all: bool,
    /// Do not ask before more than one session is ended
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only count them
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Sweep {
    #[command(flatten)]
    pub(crate) place: Place,
    /// How many sessions to remove in one call of the store
    #[arg(long, value_name = "NUMBER", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) batch: u32,
    /// Stop after this many
    #[arg(long, value_name = "NUMBER")]
    pub(crate) limit: Option<usize>,
    /// Wait this long between two calls
    #[arg(long, value_name = "AGE", default_value = "50ms")]
    pub(crate) pause: Age,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Copy {
    /// The URL of the store to copy from, then that of the one to copy to [default: the environment variables DEWAR_STORE and
    /// DEWAR_STORE_TO]
    #[arg(value_names = ["FROM", "TO"], num_args = 2)]
    pub(crate) urls: Vec<String>,
    #[command(flatten)]
    pub(crate) program: Program,
    /// End each session at the source once it is at the target, which must exist: for a program that migrates from the source meanwhile
    #[arg(long = "move")]
    pub(crate) moves: bool,
    /// Remember in this file what was copied, so that a later run also removes from the target what has ended at the source since
    #[arg(long, value_name = "FILE", conflicts_with = "moves")]
    pub(crate) state: Option<PathBuf>,
    /// How many sessions to copy at once
    #[arg(long, value_name = "NUMBER", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) parallel: u16,
    /// Only count what would be done; nothing is created or written
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before sessions are moved; and with --state, remove more than half of what was copied, if that many have ended
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Schema {
    /// The URL of the store [default: the environment variable DEWAR_STORE]
    pub(crate) url: Option<String>,
    /// The table of Flask-Session
    #[arg(long)]
    pub(crate) flask: bool,
    /// A setting of the Flask program that is not the default, such as SESSION_SQLALCHEMY_TABLE=web; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", requires = "flask")]
    pub(crate) settings: Vec<String>,
}
