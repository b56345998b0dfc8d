//! The owner of a session, and the labels of their device.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use sha2::{Digest, Sha256};

use super::{Session, State};
use crate::clock::UnixTime;
use crate::value::{Text, Value};

/// The maximum length of a label in bytes.
const MAX_BYTES: usize = 255;

/// The maximum length in bytes of an owner's name that is stored unchanged. The remaining space is for a hash.
const MAX_OWNER_BYTES: usize = 200;

/// Labels that distinguish the sessions of one owner, for a page such as "where you are logged in". The program chooses them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Device {
    /// The browser, such as "Firefox on Linux", or the `User-Agent` header.
    pub user_agent: Text,
    /// The location, such as "Lisbon", or an IP address. Less detail means less personal data to protect.
    pub address: Text,
}

/// One of an owner's sessions, for a page such as "where you are logged in".
///
/// Serialized under the names of its fields, with times as text such as `2024-02-29T12:34:56.789Z`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionInfo {
    /// Identifies the session in [`end_session`](crate::SessionManager::end_session), even after it got a new id (except in Flask-Session's
    /// records). It cannot be used to open the session.
    pub handle: String,
    /// When the session began. Flask-Session's records do not store this; there it is when the session was last used.
    pub created: UnixTime,
    /// When the session was last used, accurate to a tenth of the idle limit.
    pub last_seen: UnixTime,
    /// The labels that the program gave the session.
    pub device: Device,
    /// Whether this is the session that the list was requested from.
    pub is_current: bool,
}

impl Session {
    /// Sets the owner, such as `user:42`. [`log_in`](Session::log_in) does this for you.
    ///
    /// The sessions of an owner can be [listed and ended](crate::SessionManager::sessions_of). A name that is empty, longer than 200 bytes
    /// or contains control characters is stored as a part of it and a hash, so that different owners stay different; [`owner`](Self::owner)
    /// returns the stored form.
    ///
    /// The owner is stored with the data, and setting it counts as a change. Flask's formats have no separate place for it, so it is stored
    /// in the data under `_owner`, which Flask programs ignore. A visitor can read it in Flask's cookie.
    pub fn set_owner(&self, owner: impl Into<Text>) {
        let owner = owner_name(&owner.into().to_str_lossy());
        self.with_state_mut(|state| state.set_owner(Some(owner.into())));
    }

    /// Removes the owner.
    pub fn clear_owner(&self) {
        self.with_state_mut(|state| state.set_owner(None));
    }

    /// Records the owner as set without changing it.
    pub(crate) fn set_same_owner(&self) {
        self.with_state_mut(|state| state.set_owner(state.owner()));
    }

    /// Returns the owner, if there is one.
    #[must_use]
    pub fn owner(&self) -> Option<Text> {
        self.with_state(State::owner)
    }

    /// Sets the labels that this session has in the list of its owner's sessions. A login can do this for you:
    /// [`Login::device`](crate::Login::device).
    ///
    /// Each label is truncated to 255 bytes. Native records store them; Flask-Session's records have no place for them.
    pub fn set_device(&self, user_agent: impl Into<Text>, address: impl Into<Text>) {
        let device = Device::labelled(user_agent.into(), address.into());
        self.with_state_mut(|state| state.set_device(device));
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

    /// The owner, or the owner that this request removed.
    pub(super) fn latest_owner(&self) -> Option<Text> {
        let displaced = self.saving.displaced_owner().or(self.changes.displaced_owner());
        self.owner().or_else(|| displaced.cloned().flatten())
    }

    /// Whether the stored session that this one was opened from is known to have the same owner, or none either. An owner in the data changes
    /// like any other value.
    pub(crate) fn keeps_owner(&self) -> bool {
        let is_set = self.changes.has_owner() || self.saving.has_owner();
        self.origin.stored_at.is_some() && self.layout.owner_key().is_none() && !is_set
    }

    /// The owner that this request set.
    pub(crate) fn new_owner(&self) -> Option<Text> {
        let is_set = self.changes.has_owner() || self.saving.has_owner();
        if is_set { self.owner() } else { None }
    }
}

/// Separates a stored name from its hash.
const HASHED: &str = " sha256:";

/// The name of an owner as it is stored and searched for. A name that does not fit is shortened and ends with its hash. The same applies to
/// an empty name, which records would read as no owner, and to a name that looks as if it contained a hash: users who choose their own
/// names must not be able to take another's.
pub(crate) fn owner_name(owner: &str) -> String {
    let is_plain = !owner.contains(char::is_control) && !owner.contains(HASHED);
    if is_plain && (1..=MAX_OWNER_BYTES).contains(&owner.len()) {
        return owner.to_owned();
    }
    let shown = cut_at(owner, MAX_OWNER_BYTES).replace(char::is_control, " ");
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(owner.as_bytes()));
    format!("{shown}{HASHED}{hash}")
}

/// Truncates at a character boundary and replaces control characters: labels are shown in pages and terminals.
fn cut(text: Text) -> Text {
    let text = text.to_string();
    if text.len() <= MAX_BYTES && !text.contains(char::is_control) {
        return text.into();
    }
    cut_at(&text, MAX_BYTES).replace(char::is_control, " ").into()
}

fn cut_at(text: &str, max_bytes: usize) -> &str {
    let end = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= max_bytes).last();
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
            assert!(!stored.is_empty() && stored.len() <= MAX_BYTES, "{name}");
        }
    }
}
