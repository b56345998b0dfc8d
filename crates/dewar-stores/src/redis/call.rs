//! A script with its keys and arguments.

use std::borrow::Cow;

use ::redis::{Cmd, cmd};
use dewar_core::StoreKey;
use dewar_core::clock::UnixTime;

use super::life::Life;
use super::scripts::Script;

/// What is asked of a script.
pub(super) struct Call<'a> {
    script: &'static Script,
    keys: Vec<Cow<'a, str>>,
    arguments: Vec<Cow<'a, [u8]>>,
}

/// The hash beside an entry, which says whose that is. It is in the entry's slot of a Cluster, and no string, so that nobody takes it
/// for an entry.
pub(super) fn beside(key: &str) -> String {
    format!("{key}:owner")
}

impl<'a> Call<'a> {
    pub(super) fn new(script: &'static Script) -> Self {
        Self { script, keys: Vec::with_capacity(5), arguments: Vec::with_capacity(9) }
    }

    pub(super) fn key(mut self, key: &'a StoreKey) -> Self {
        self.keys.push(Cow::Borrowed(key.as_str()));
        self
    }

    /// The key of [what lies beside](beside) an entry.
    pub(super) fn beside(mut self, key: &'a StoreKey) -> Self {
        self.keys.push(Cow::Owned(beside(key.as_str())));
        self
    }

    /// The index of an owner, which has the owner's own name.
    pub(super) fn index(mut self, owner: &'a str) -> Self {
        self.keys.push(Cow::Borrowed(owner));
        self
    }

    pub(super) fn bytes(mut self, bytes: &'a [u8]) -> Self {
        self.arguments.push(Cow::Borrowed(bytes));
        self
    }

    pub(super) fn text(self, text: &'a str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub(super) fn number(mut self, number: impl ToString) -> Self {
        self.arguments.push(Cow::Owned(number.to_string().into_bytes()));
        self
    }

    pub(super) fn life(self, life: Life) -> Self {
        self.number(life.argument())
    }

    /// The program's clock, in microseconds.
    pub(super) fn clock(self, now: UnixTime) -> Self {
        self.number(now.millis().saturating_mul(1000))
    }

    /// By the script's name, which the server knows if it has run it before.
    pub(super) fn short(&self) -> Cmd {
        self.command("EVALSHA", self.script.hash())
    }

    /// With the script itself.
    pub(super) fn full(&self) -> Cmd {
        self.command("EVAL", self.script.code)
    }

    /// Teaches the server the script.
    pub(super) fn teach(&self) -> Cmd {
        let mut command = cmd("SCRIPT");
        command.arg("LOAD").arg(self.script.code);
        command
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(script).arg(self.keys.len());
        for key in &self.keys {
            command.arg(key.as_ref());
        }
        for argument in &self.arguments {
            command.arg(argument.as_ref());
        }
        command
    }
}
