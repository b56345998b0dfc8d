//! The scripts, and the name by which the server knows each.
//!
//! Each is as short as it can be: whatever a script defines is made anew at every call. A script touches keys of one slot of a Redis
//! Cluster, and names all of them; on a single server the index may be named beside the entry, so that both are written in one step.
//! What can fail (the type of a key, the lack of memory, a replica) fails at the first write or before it, so that a script is done
//! wholly or not at all.

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

/// A script, with what it needs before it.
macro_rules! script {
    ($($part:literal)*) => {
        Script::new(concat!($(include_str!(concat!("lua/", $part, ".lua"))),*))
    };
}

pub(super) static CREATE_OWNED: Script = script!("time" "over" "join" "put" "last" "create_owned");
pub(super) static SWAP: Script = script!("seen" "put" "swap");
pub(super) static SWAP_OWNED: Script = script!("seen" "time" "over" "join" "put" "last" "swap_owned");
pub(super) static RENAME: Script = script!("seen" "put" "rename");
pub(super) static RENAME_OWNED: Script = script!("seen" "time" "over" "join" "put" "last" "rename_owned");
pub(super) static TOUCH: Script = script!("time" "over" "join" "touch");
pub(super) static REMOVE: Script = script!("put" "remove");
/// For a Cluster, where the index is in another slot and joined by a call before that which writes the entry.
#[cfg(test)]
pub(super) static JOIN: Script = script!("time" "over" "join" "join_alone");
pub(super) static PAGE: Script = script!("time" "over" "page");
pub(super) static DROP: Script = script!("time" "drop");
pub(super) static DROP_RANGE: Script = script!("time" "drop_range");
pub(super) static LOOK: Script = script!("look");
pub(super) static DISOWN: Script = script!("disown");
