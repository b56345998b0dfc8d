//! The arguments of the command line. A secret is never one of them: all users of a machine can read those.

mod command;
mod cookie;
mod demo;
mod handle;
mod moment;
mod secret;
mod sessions;

pub(crate) use self::command::{Args, Command};
pub(crate) use self::cookie::{Check, Cookie, Keys, Look, Sign};
pub(crate) use self::demo::{Demo, Format, SessionsIn, stores};
pub(crate) use self::secret::{CheckSecret, New, Secret};
pub(crate) use self::sessions::{
    Copy, End, List, Place, Program, Schema, Sessions, Show, Sort, Sweep, Which,
};
