//! A script with its keys and arguments.

use std::borrow::Cow;

use ::redis::{Cmd, cmd};
use dewar::store::StoreKey;

use super::life::Life;
use super::scripts::Script;

/// What is asked of a script.
pub(super) struct Call<'a> {
    script: &'static Script,
    keys: Vec<&'a str>,
    arguments: Vec<Cow<'a, [u8]>>,
}

impl<'a> Call<'a> {
    pub(super) fn new(script: &'static Script) -> Self {
        Self { script, keys: Vec::with_capacity(2), arguments: Vec::with_capacity(7) }
    }

    pub(super) fn key(mut self, key: &'a StoreKey) -> Self {
        self.keys.push(key.as_str());
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

    /// An argument that may be left out; it must be the last.
    pub(super) fn maybe(self, text: Option<&'a str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => self,
        }
    }

    /// By the script's name, which the server knows if it has run it before.
    pub(super) fn short(&self) -> Cmd {
        self.command("EVALSHA", self.script.hash())
    }

    /// With the script itself.
    pub(super) fn full(&self) -> Cmd {
        self.command("EVAL", self.script.code)
    }

    fn command(&self, name: &str, script: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(script).arg(self.keys.len()).arg(self.keys.as_slice());
        for argument in &self.arguments {
            command.arg(argument.as_ref());
        }
        command
    }
}
