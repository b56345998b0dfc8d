//! Whose a session is, and where that person uses it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::Session;
use crate::value::Text;

/// How many bytes a label may have.
const MOST_BYTES: usize = 255;

/// How many bytes of an owner's name are kept as they are: there is room for a hash behind them.
const MOST_OWNER_BYTES: usize = 200;

/// What tells a person one of their sessions from another: labels that the program chooses, for a page such as "where you are logged in".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// Such as "Firefox on Linux", or the `User-Agent` header.
    pub user_agent: Text,
    /// Such as "Lisbon", or an address. The less exact, the less there is to protect.
    pub address: Text,
}

impl Session {
    /// Says whose session it is, such as `user:42`: at a login, beside [`regenerate_id`](Session::regenerate_id). The sessions of an
    /// owner can be [listed and ended](crate::SessionManager::sessions_of). Of a name of more than 200 bytes, or with control characters,
    /// a part and its hash are kept, so that no two owners are ever one.
    ///
    /// Kept with the data and counted as a change. In Flask-Session's records, which have no room for it, it lies among the data under
    /// `_owner`, where a Flask program leaves it alone.
    pub fn set_owner(&self, owner: impl Into<Text>) {
        let owner = owner_name(&owner.into().to_str_lossy());
        self.write(|state| state.set_owner(Some(owner.into())));
    }

    /// Says that it is nobody's any more.
    pub fn forget_owner(&self) {
        self.write(|state| state.set_owner(None));
    }

    /// Whose session it is.
    #[must_use]
    pub fn owner(&self) -> Option<Text> {
        self.write(|state| state.owner())
    }

    /// Labels the session for its owner's list: call it where you call [`set_owner`](Self::set_owner). Each label is cut at 255 bytes.
    /// Dewar's own records keep it; Flask-Session's have no room for it.
    pub fn set_device(&self, user_agent: impl Into<Text>, address: impl Into<Text>) {
        let device = Device { user_agent: cut(user_agent.into()), address: cut(address.into()) };
        self.write(|state| state.set_device(device));
    }
}

/// What is kept of the name of an owner: whoever looks for it must look for the same. What has no room is told apart by its hash.
pub(crate) fn owner_name(owner: &str) -> String {
    if owner.len() <= MOST_OWNER_BYTES && !owner.contains(char::is_control) {
        return owner.to_owned();
    }
    let shown = cut_at(owner, MOST_OWNER_BYTES).replace(char::is_control, " ");
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(owner.as_bytes()));
    format!("{shown} sha256:{hash}")
}

/// At the end of a character, without control characters: labels end up in pages and terminals.
fn cut(text: Text) -> Text {
    let text = text.to_string();
    if text.len() <= MOST_BYTES && !text.contains(char::is_control) {
        return text.into();
    }
    cut_at(&text, MOST_BYTES).replace(char::is_control, " ").into()
}

fn cut_at(text: &str, most_bytes: usize) -> &str {
    let end =
        text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= most_bytes).last();
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}
