//! The owner of a session, and the device on which they use it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use sha2::{Digest, Sha256};

use super::{Session, State};
use crate::clock::UnixTime;
use crate::value::{Text, Value};

/// The most bytes of a label.
const MOST_BYTES: usize = 255;

/// The most bytes of an owner's name that are stored as they are. The rest of the room is for a hash.
const MOST_OWNER_BYTES: usize = 200;

/// Labels that tell the sessions of one owner apart, for a page such as "where you are logged in". The program chooses them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// Such as "Firefox on Linux", or the `User-Agent` header.
    pub user_agent: Text,
    /// Such as "Lisbon", or an IP address. The less exact, the less there is to protect.
    pub address: Text,
}

/// One of an owner's sessions, for a page such as "where you are logged in".
///
/// As a serde type it has the names of its fields, and its times are texts such as `2024-02-29T12:34:56.789Z`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionInfo {
    /// Names it in [`end_session`](crate::SessionManager::end_session), also after it got a new id (except in Flask-Session's records); it
    /// cannot be used to open the session.
    pub handle: String,
    /// When it began; in Flask-Session's records, which do not say, when it was last used.
    pub created: UnixTime,
    /// When it was last used, as exactly as the store's end of it is moved: a tenth of the idle time.
    pub last_seen: UnixTime,
    /// Where: the labels that the program gave it.
    pub device: Device,
    /// Whether it is the session that was asked from.
    pub is_current: bool,
}

impl Session {
    /// Sets the owner, such as `user:42`. A login does it by itself: [`log_in`](Session::log_in).
    ///
    /// The sessions of an owner can be [listed and ended](crate::SessionManager::sessions_of). Of a name of more than 200 bytes, with control
    /// characters, or without any, a part and a hash are stored, so that different owners stay different; [`owner`](Self::owner) is that then.
    ///
    /// Stored with the data, and counted as a change. In Flask's formats, which have no other place for it, it is among the data under `_owner`, where
    /// Flask programs leave it alone; a visitor can read it in Flask's cookie.
    pub fn set_owner(&self, owner: impl Into<Text>) {
        let owner = owner_name(&owner.into().to_str_lossy());
        self.write(|state| state.set_owner(Some(owner.into())));
    }

    /// Removes the owner.
    pub fn clear_owner(&self) {
        self.write(|state| state.set_owner(None));
    }

    /// Records the owner as set, though it stays the same.
    pub(crate) fn set_same_owner(&self) {
        self.write(|state| state.set_owner(state.owner()));
    }

    /// The owner, if there is one.
    #[must_use]
    pub fn owner(&self) -> Option<Text> {
        self.look(State::owner)
    }

    /// Labels the session for the list of its owner's sessions; a login can do it by itself: [`Login::device`](crate::Login::device).
    ///
    /// Each label is cut at 255 bytes. Native records store it; Flask-Session's have no place for it.
    pub fn set_device(&self, user_agent: impl Into<Text>, address: impl Into<Text>) {
        let device = Device::labelled(user_agent.into(), address.into());
        self.write(|state| state.set_device(device));
    }
}

impl Serialize for Device {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Device", 2)?;
        fields.serialize_field("user_agent", &self.user_agent)?;
        fields.serialize_field("address", &self.address)?;
        fields.end()
    }
}

impl Serialize for SessionInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("SessionInfo", 5)?;
        fields.serialize_field("handle", &self.handle)?;
        fields.serialize_field("created", &self.created)?;
        fields.serialize_field("last_seen", &self.last_seen)?;
        fields.serialize_field("device", &self.device)?;
        fields.serialize_field("is_current", &self.is_current)?;
        fields.end()
    }
}

impl Device {
    pub(super) fn labelled(user_agent: Text, address: Text) -> Self {
        Self { user_agent: cut(user_agent), address: cut(address) }
    }
}

impl State {
    pub(crate) fn owner(&self) -> Option<Text> {
        let Some(key) = self.layout.owner_key() else { return self.owner.clone() };
        match self.data.get(key) {
            Some(Value::Str(owner)) => Some(owner.clone()),
            _ => None,
        }
    }

    pub(super) fn set_owner(&mut self, owner: Option<Text>) {
        if self.destroyed && owner.is_none() || self.is_change_lost() {
            return;
        }
        let displaced = self.owner();
        self.changes.owner_set(displaced);
        match (self.layout.owner_key(), owner) {
            (None, owner) => self.owner = owner,
            (Some(key), Some(owner)) => self.insert(key.into(), owner.into()),
            (Some(key), None) => self.forget(key),
        }
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    pub(super) fn set_device(&mut self, device: Device) {
        if self.is_change_lost() {
            return;
        }
        self.changes.device_set();
        self.device = device;
    }

    /// The owner; if this request removed one, that one.
    pub(super) fn latest_owner(&self) -> Option<Text> {
        let displaced = self.in_flight.displaced_owner().or(self.changes.displaced_owner());
        self.owner().or_else(|| displaced.cloned().flatten())
    }

    /// The owner that this request has set.
    pub(crate) fn new_owner(&self) -> Option<Text> {
        let is_set = self.changes.has_owner() || self.in_flight.has_owner();
        if is_set { self.owner() } else { None }
    }
}

/// What a stored name has before its hash.
const HASHED: &str = " sha256:";

/// The name of an owner as it is stored, and as it must be searched for: a name without room for it ends with its hash. So does an empty one,
/// which records would read as none, and one that looks as if it had a hash: users who choose their names must not take another's.
pub(crate) fn owner_name(owner: &str) -> String {
    let is_plain = !owner.contains(char::is_control) && !owner.contains(HASHED);
    if is_plain && (1..=MOST_OWNER_BYTES).contains(&owner.len()) {
        return owner.to_owned();
    }
    let shown = cut_at(owner, MOST_OWNER_BYTES).replace(char::is_control, " ");
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(owner.as_bytes()));
    format!("{shown}{HASHED}{hash}")
}

/// Cut at the end of a character, and without control characters: labels are shown in pages and terminals.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_owner_can_have_the_stored_name_of_another() {
        let names = ["", "a\nb", "a b", &"z".repeat(201), "user:42"].map(str::to_owned);
        for name in &names {
            let stored = owner_name(name);
            let is_plain = *name == stored;
            assert_eq!(is_plain, matches!(name.as_str(), "a b" | "user:42"), "{name}");
            assert!(is_plain || owner_name(&stored) != stored, "{name}");
            assert!(!stored.is_empty() && stored.len() <= MOST_BYTES, "{name}");
        }
    }
}
