//! Whose a session is, and where that person uses it.

use super::Session;
use crate::value::Text;

/// How many bytes an owner or a label may have.
const MOST_BYTES: usize = 255;

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
    /// owner can be [listed and ended](crate::SessionManager::sessions_of). At most 255 bytes; what is above is cut off.
    ///
    /// Kept with the data and counted as a change. In Flask-Session's records, which have no room for it, it lies among the data under
    /// `_owner`, where a Flask program leaves it alone.
    pub fn set_owner(&self, owner: impl Into<Text>) {
        let owner = cut(owner.into());
        self.write(|state| state.set_owner(Some(owner)));
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

/// What is kept of the name of an owner: whoever looks for it must look for the same.
pub(crate) fn owner_name(owner: &str) -> String {
    cut(owner.into()).to_string()
}

/// At the end of a character, without control characters: labels end up in pages and terminals.
fn cut(text: Text) -> Text {
    let text = text.to_string();
    if text.len() <= MOST_BYTES && !text.contains(char::is_control) {
        return text.into();
    }
    let end =
        text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= MOST_BYTES).last();
    let kept = text.get(..end.unwrap_or(0)).unwrap_or_default();
    kept.replace(char::is_control, " ").into()
}
