//! The scripts, and the name by which the server knows each.

use std::sync::OnceLock;

/// A Lua script of ours.
pub(super) struct Script {
    pub(super) code: &'static str,
    hash: OnceLock<String>,
}

impl Script {
    const fn new(code: &'static str) -> Self {
        Self { code, hash: OnceLock::new() }
    }

    /// Its SHA-1: the server keeps the code by it.
    pub(super) fn hash(&self) -> &str {
        self.hash.get_or_init(|| ::redis::Script::new(self.code).get_hash().to_owned())
    }
}

macro_rules! script {
    ($file:literal) => {
        Script::new(concat!(
            include_str!("lua/entry.lua"),
            include_str!("lua/index.lua"),
            include_str!($file)
        ))
    };
}

pub(super) static LOAD: Script = script!("lua/load.lua");
pub(super) static CREATE: Script = script!("lua/create.lua");
pub(super) static SWAP: Script = script!("lua/swap.lua");
pub(super) static RENAME: Script = script!("lua/rename.lua");
pub(super) static TOUCH: Script = script!("lua/touch.lua");
pub(super) static REMOVE: Script = script!("lua/remove.lua");
pub(super) static OWNED: Script = script!("lua/owned.lua");
pub(super) static REMOVE_OWNED: Script = script!("lua/remove_owned.lua");
pub(super) static TRIM: Script = script!("lua/trim.lua");
