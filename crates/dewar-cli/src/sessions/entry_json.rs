//! A session as JSON.

use dewar::admin::SessionEntry;
use dewar::clock::UnixTime;
use dewar::session::Device;
use dewar::value::Text;
use serde::Serialize;

/// What is told of a session: never its id, its key or its data.
#[derive(Debug, Serialize)]
pub(super) struct EntryJson<'e> {
    handle: &'e str,
    owner: Option<&'e Text>,
    device: &'e Device,
    created: Option<UnixTime>,
    written: Option<UnixTime>,
    last_used: Option<UnixTime>,
    expires: Option<UnixTime>,
    is_permanent: bool,
    bytes: usize,
}

impl<'e> From<&'e SessionEntry> for EntryJson<'e> {
    fn from(entry: &'e SessionEntry) -> Self {
        Self {
            handle: &entry.handle,
            owner: entry.owner.as_ref(),
            device: &entry.device,
            created: entry.created,
            written: entry.written,
            last_used: entry.last_used,
            expires: entry.expires,
            is_permanent: entry.is_permanent,
            bytes: entry.bytes,
        }
    }
}
