//! A program's name in a store: all its keys and owners begin with it, so that programs that share an engine do not interfere.

use sha2::{Digest, Sha256};

use super::settings_error::SettingsError;
use crate::session::{SessionId, base64};
use crate::store::StoreKey;
use crate::value::Text;

/// The maximum length of a name in bytes.
const LONGEST: usize = 32;

/// The default name of every Flask-Session program, from its key prefix `session:`.
const FLASKS: &str = "session";

/// The length of a SHA-256 hash in base64url without padding.
const HASH_CHARACTERS: usize = 43;

/// Makes every key and owner that the store sees.
///
/// | what | Dewar's own records | Flask-Session's records |
/// |---|---|---|
/// | a session | `shop:{tg}:<hash of the id>` | `session:<id>` |
/// | an owner | `shop:owner:<owner>` | `session:owner:<owner>` |
/// | the epoch of an owner | `shop:epoch:<hash of the owner>` | – |
///
/// `tg` is the [tag](SessionId::tag) of the id, in braces so that a Redis Cluster keeps all sessions with the same tag together.
#[derive(Debug, Clone)]
pub(super) struct Namespace {
    prefix: String,
}

impl Namespace {
    /// The namespace of a program with this name. No name with its colon is a prefix of another one.
    pub(super) fn named(name: &str) -> Result<Self, SettingsError> {
        let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_fine = (1..=LONGEST).contains(&name.len()) && name.bytes().all(is_fine);
        if is_fine && name != FLASKS {
            return Ok(Self { prefix: format!("{name}:") });
        }
        Err(SettingsError::Name(name.chars().take(2 * LONGEST).collect()))
    }

    /// The prefix of every key.
    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The key of a session in Dewar's own records. It contains a hash of the id, so that reading the store is not enough to take over a
    /// session.
    pub(super) fn session(&self, id: &SessionId) -> StoreKey {
        StoreKey::concat(&[&self.prefix, "{", id.tag(), "}:", hash(id.as_str(), &mut [0; HASH_CHARACTERS])])
    }

    /// The name of an owner in the store.
    pub(super) fn owner(&self, owner: &str) -> String {
        [self.prefix.as_str(), "owner:", owner].concat()
    }

    /// Whether this is the key of the epoch of an owner.
    pub(super) fn is_epoch(&self, key: &StoreKey) -> bool {
        key.as_str().strip_prefix(&self.prefix).is_some_and(|rest| rest.starts_with("epoch:"))
    }

    /// The key of the epoch of an owner.
    pub(super) fn epoch(&self, owner: &Text) -> StoreKey {
        StoreKey::concat(&[&self.prefix, "epoch:", hash(&owner.to_str_lossy(), &mut [0; HASH_CHARACTERS])])
    }
}

#[cfg(feature = "flask")]
impl Namespace {
    /// The namespace of a Flask program with this `SESSION_KEY_PREFIX`.
    pub(super) fn of_flask(key_prefix: &str) -> Self {
        Self { prefix: key_prefix.to_owned() }
    }

    /// The key of a session in Flask-Session's records.
    pub(super) fn flask_session(&self, id: &SessionId) -> StoreKey {
        StoreKey::concat(&[&self.prefix, id.as_str()])
    }
}

/// The SHA-256 hash of the text, in base64url.
fn hash<'b>(text: &str, buffer: &'b mut [u8; HASH_CHARACTERS]) -> &'b str {
    base64(Sha256::digest(text.as_bytes()), buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_plain() {
        for name in ["a", "shop", "shop-2", &"x".repeat(32)] {
            assert_eq!(Namespace::named(name).unwrap().prefix(), format!("{name}:"));
        }
        for name in
            ["", "Shop", "shop:", "sh op", "shop_2", "schön", "a/b", &"x".repeat(33), "shop\n", "session"]
        {
            let refused = Namespace::named(name).unwrap_err();
            assert_eq!(refused, SettingsError::Name(name.to_owned()));
            assert!(refused.to_string().contains("a-z"), "{refused}");
        }
    }

    /// No other program's keys begin with the prefix of a program called `shop`.
    #[test]
    fn no_name_with_its_colon_is_the_beginning_of_another() {
        let names =
            ["shop", "shop-2", "sho", "shop2", "owner", "epoch"].map(|n| Namespace::named(n).unwrap());
        for one in &names {
            let owner = one.owner("user:1");
            let begins = names.iter().filter(|other| owner.starts_with(other.prefix())).count();
            assert_eq!(begins, 1, "{owner}");
        }
    }
}
