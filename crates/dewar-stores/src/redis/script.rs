//! The Lua scripts, and calls of them with keys and arguments.
//!
//! Each is as short as possible, because everything that a script defines is created again by every call. A script uses only keys of one slot of
//! a Redis Cluster, and names them all as `KEYS`. On a single server the index may be named beside the entry, so that both are written in one
//! step. What can fail (the type of a key, too little memory, a replica) fails at or before the first write, so that a script does everything or
//! nothing.

use std::borrow::Cow;
use std::sync::OnceLock;

use ::redis::{Cmd, cmd};
use dewar_core::clock::UnixTime;
use dewar_core::{StoreError, StoreKey};

use super::ttl::Ttl;

/// A Lua script.
pub(super) struct Script {
    code: &'static str,
    hash: OnceLock<String>,
}

impl Script {
    const fn new(code: &'static str) -> Self {
        Self { code, hash: OnceLock::new() }
    }

    /// The SHA-1 of the code, by which the server finds a script that it has run before.
    fn hash(&self) -> &str {
        self.hash.get_or_init(|| ::redis::Script::new(self.code).get_hash().to_owned())
    }
}

/// A script, after the functions that it needs.
macro_rules! script {
    ($($part:literal)*) => {
        Script::new(concat!($(include_str!(concat!("lua/", $part, ".lua"))),*))
    };
}

pub(super) static CREATE_OWNED: Script = script!("time" "is_expired" "join" "save" "set_ttl" "create_owned");
pub(super) static SWAP: Script = script!("compare" "save" "swap");
pub(super) static SWAP_OWNED: Script =
    script!("compare" "time" "swap_kept" "is_expired" "join" "save" "set_ttl" "swap_owned");
pub(super) static RENAME: Script = script!("compare" "save" "rename");
pub(super) static RENAME_OWNED: Script =
    script!("compare" "time" "is_expired" "join" "save" "set_ttl" "rename_owned");
pub(super) static REMOVE: Script = script!("save" "remove");
pub(super) static TOUCH: Script = script!("time" "is_expired" "join" "touch");
pub(super) static LOAD_OWNED: Script = script!("load_owned");
pub(super) static REMOVE_OWNED: Script = script!("remove_owned");
pub(super) static PAGE: Script = script!("time" "is_expired" "page");
pub(super) static REMOVE_MEMBERS: Script = script!("time" "remove_members");
pub(super) static REMOVE_RANGE: Script = script!("time" "remove_range");
/// For a Redis Cluster, where the index is in another slot, so that a separate call writes it before the entry.
#[cfg(test)]
pub(super) static JOIN_ONLY: Script = script!("time" "is_expired" "join" "join_only");

/// A script with its keys and arguments.
pub(super) struct Call<'a> {
    script: &'static Script,
    keys: Vec<Cow<'a, [u8]>>,
    arguments: Vec<Argument<'a>>,
}

/// A number is written into the command, without a buffer of its own.
enum Argument<'a> {
    Bytes(&'a [u8]),
    Number(u64),
}

/// The key of an entry's owner record: a hash that names the owner. It is in the same slot of a Redis Cluster as the entry. It is not a string,
/// so that it is never mistaken for an entry.
pub(super) fn owner_key(key: &str) -> String {
    format!("{key}:owner")
}

impl<'a> Call<'a> {
    pub(super) fn new(script: &'static Script) -> Self {
        Self { script, keys: Vec::with_capacity(5), arguments: Vec::with_capacity(9) }
    }

    pub(super) fn key(mut self, key: &'a StoreKey) -> Self {
        self.keys.push(Cow::Borrowed(key.as_bytes()));
        self
    }

    /// The key of the [owner record](owner_key) of an entry.
    pub(super) fn owner_key(mut self, key: &'a StoreKey) -> Self {
        self.keys.push(Cow::Owned(owner_key(key.as_str()).into_bytes()));
        self
    }

    /// The index of an owner, whose key is the owner's name.
    pub(super) fn index(mut self, owner: &'a str) -> Self {
        self.keys.push(Cow::Borrowed(owner.as_bytes()));
        self
    }

    pub(super) fn bytes(mut self, bytes: &'a [u8]) -> Self {
        self.arguments.push(Argument::Bytes(bytes));
        self
    }

    pub(super) fn text(self, text: &'a str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub(super) fn number(mut self, number: u64) -> Self {
        self.arguments.push(Argument::Number(number));
        self
    }

    /// In milliseconds; empty: no expiry; 0: it has expired.
    pub(super) fn ttl(self, ttl: Ttl) -> Self {
        match ttl {
            Ttl::Forever => self.bytes(&[]),
            Ttl::Millis(millis) => self.number(millis.unsigned_abs()),
            Ttl::Expired => self.number(0),
        }
    }

    /// The program's clock, in microseconds.
    pub(super) fn clock(self, now: UnixTime) -> Self {
        self.number(u64::try_from(now.millis()).unwrap_or_default().saturating_mul(1000))
    }

    /// The command with the hash of the script, for a server that has run it before.
    pub(super) fn by_hash(&self) -> Cmd {
        self.command("EVALSHA", self.script.hash())
    }

    /// The command with the code of the script.
    pub(super) fn with_code(&self) -> Cmd {
        self.command("EVAL", self.script.code)
    }

    /// The command that loads the script on the server without running it.
    pub(super) fn load_script(&self) -> Cmd {
        let mut command = cmd("SCRIPT");
        command.arg("LOAD").arg(self.script.code);
        command
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let lengths =
            self.keys.iter().map(|key| key.len()).chain(self.arguments.iter().map(Argument::length));
        let length = name.len() + script.len() + 1 + lengths.sum::<usize>();
        let mut command = Cmd::with_capacity(3 + self.keys.len() + self.arguments.len(), length);
        command.arg(name).arg(script).arg(self.keys.len());
        for key in &self.keys {
            command.arg(key.as_ref());
        }
        for argument in &self.arguments {
            match argument {
                Argument::Bytes(bytes) => command.arg(bytes),
                Argument::Number(number) => command.arg(number),
            };
        }
        command
    }
}

impl Argument<'_> {
    /// At most.
    fn length(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Number(_) => 20,
        }
    }
}

/// A script gave an unexpected answer.
pub(super) fn unexpected() -> StoreError {
    StoreError::no_answer("a script gave an unexpected answer: check that the server is Redis or Valkey")
}
