//! The source and the target, as they are named.

use dewar_stores::Engine;
use sha2::{Digest as _, Sha256};

use super::super::place;
use super::super::trouble::Trouble;
use crate::args::Copy;
use crate::store_url::without_password;

/// The URLs of the source and the target.
pub(super) struct Pair {
    pub(super) from: String,
    pub(super) to: String,
}

impl Pair {
    pub(super) fn new(args: &Copy) -> Result<Self, Trouble> {
        let mut given = args.urls.iter().map(String::as_str);
        let from = place::url(given.next(), "DEWAR_STORE")?;
        let to = place::url(given.next(), "DEWAR_STORE_TO")?;
        if from == to {
            return Err(same_store());
        }
        // A wrong one is told before anything is opened.
        Engine::from_url(&from)?;
        Engine::from_url(&to)?;
        Ok(Self { from, to })
    }

    /// The URL of the source without its password.
    pub(super) fn shown_from(&self) -> String {
        shown(&self.from)
    }

    /// The URL of the target without its password.
    pub(super) fn shown_to(&self) -> String {
        shown(&self.to)
    }

    /// A hash of both URLs. It stays the same when a password changes.
    pub(super) fn fingerprint(&self) -> [u8; 16] {
        let hash =
            Sha256::new().chain_update(self.shown_from()).chain_update([0]).chain_update(self.shown_to());
        let mut fingerprint = [0; 16];
        fingerprint.iter_mut().zip(hash.finalize()).for_each(|(to, from)| *to = from);
        fingerprint
    }
}

pub(super) fn same_store() -> Trouble {
    Trouble::arguments("the source and the target are the same store")
}

fn shown(url: &str) -> String {
    Engine::from_url(url).map_or_else(|_| String::new(), |engine| without_password(url, engine))
}
