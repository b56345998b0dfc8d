//! Which sessions are meant.

use dewar::admin::{EntryKind, SessionEntry};
use dewar::clock::UnixTime;
use dewar::value::Text;

use super::place::Opened;
use super::trouble::Trouble;
use crate::args::Which;

/// Which sessions are meant.
#[derive(Debug)]
pub(super) struct Filter<'a> {
    which: &'a Which,
    handle: Option<&'a str>,
    now: UnixTime,
}

impl<'a> Filter<'a> {
    pub(super) fn new(
        which: &'a Which,
        handle: Option<&'a str>,
        opened: &Opened,
        now: UnixTime,
    ) -> Result<Self, Trouble> {
        if opened.is_flask && which.older_than.is_some() {
            return Err(Trouble::arguments(
                "Flask-Session's records do not say when a session began: use --idle-for with --idle-limit instead of --older-than",
            ));
        }
        if opened.is_flask && which.device.is_some() {
            return Err(Trouble::arguments("Flask-Session's records have no device: leave --device out"));
        }
        Ok(Self { which, handle, now })
    }

    /// Whether it lets every session through.
    pub(super) fn is_empty(&self) -> bool {
        let Which { owner, device, older_than, idle_for, larger_than } = self.which;
        self.handle.is_none()
            && owner.is_none()
            && device.is_none()
            && older_than.is_none()
            && idle_for.is_none()
            && larger_than.is_none()
    }

    /// Whether this session is meant. A time that is not known is never long ago.
    pub(super) fn takes(&self, entry: &SessionEntry) -> bool {
        let Which { owner, device, older_than, idle_for, larger_than } = self.which;
        let is_past = |time: Option<UnixTime>, age| time.is_some_and(|time| self.now.since(time) > age);
        entry.kind == EntryKind::Session
            && self.handle.is_none_or(|handle| entry.handle == handle)
            && owner.as_ref().is_none_or(|owner| entry.is_of(owner))
            && device.as_ref().is_none_or(|text| has_label(entry, text))
            && older_than.is_none_or(|age| is_past(entry.created, age.0))
            && idle_for.is_none_or(|age| is_past(entry.last_used, age.0))
            && larger_than.is_none_or(|size| entry.bytes > size.0)
    }
}

fn has_label(entry: &SessionEntry, text: &str) -> bool {
    let is_in = |label: &Text| label.to_str_lossy().to_lowercase().contains(&text.to_lowercase());
    is_in(&entry.device.user_agent) || is_in(&entry.device.address)
}
