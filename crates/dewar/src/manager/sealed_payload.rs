//! The content of a sealed cookie: one byte of flags, two times, and the data as MessagePack.
//!
//! | part | bytes |
//! |---|---|
//! | flags: bit 0 = permanent, bit 1 = has an owner, bit 2 = was migrated from a store, bit 3 = has its own lifetime, the others 0 | 1 |
//! | when it began, in seconds since 2024-01-01T00:00:00Z, LEB128 | 4 until 2032, then 5 |
//! | how many seconds later it was refreshed, LEB128 | 1 or more |
//! | if it has its own lifetime: its idle and its absolute limit in seconds, LEB128 each, 0 = none | 2 to 10 |
//! | if it has an owner: how many milliseconds after it began it got that owner, LEB128; the name, LEB128 of its length and UTF-8 | 2 or more |
//! | if it was migrated: its previous id, LEB128 of its length and ASCII; until the client is known to have this cookie | 2 or more |
//! | the data, MessagePack with Dewar's extensions | the rest |

use std::sync::Arc;
use std::time::Duration;

use super::client_side::{ClientSide, CookieSettings};
use super::cookie_place::{CookieContents, Format, OpenedCookie};
use super::error::Error;
use super::rules::Rules;
use super::settings_error::SettingsError;
use crate::clock::UnixTime;
use crate::codec::{Codec, EncodeError, MsgPack};
use crate::lifetime::{Lifetimes, Timeouts, Times};
use crate::random::Random;
use crate::session::{RoundTrip, SessionId};
use crate::signing::{Sealer, SecretKeys, Unsealed};
use crate::value::{Map, Text};

/// 2024-01-01T00:00:00Z. A late start makes the numbers shorter.
const START: i64 = 1_704_067_200;

const PERMANENT: u8 = 1;
const OWNED: u8 = 2;
const MIGRATED: u8 = 4;
const OWN_TIMEOUTS: u8 = 8;

/// The decrypted content of a sealed cookie, for tools that inspect cookies, such as the `dewar` command.
#[derive(Debug, Clone, PartialEq)]
pub struct SealedSession {
    /// The data.
    pub data: Map,
    /// Whether the cookie is kept when the browser is closed.
    pub is_permanent: bool,
    /// When the session began and was last written.
    pub times: Times,
    /// The session's own lifetime as it was set. A manager may allow less.
    pub timeouts: Option<Timeouts>,
    /// The owner, and when the session got it.
    pub owner: Option<(Text, UnixTime)>,
    /// The id that the session had in a store before it was migrated.
    pub(super) previous_id: Option<SessionId>,
}

impl SealedSession {
    /// The purpose of the seal, for [`Sealer::new`](crate::signing::Sealer::new).
    pub const PURPOSE: &str = "session";

    /// The maximum difference between the clocks of two machines. A session from further in the future was not sealed by a correct clock.
    pub const CLOCK_SKEW: Duration = Duration::from_secs(60);

    /// Reads the result of [`Sealer::open`](crate::signing::Sealer::open). Returns `None` if it is not a session, or if it was written by a
    /// later version that knows more flags.
    #[must_use]
    pub fn read(plaintext: &[u8]) -> Option<Self> {
        let (&flags, mut rest) = plaintext.split_first()?;
        if flags & !(PERMANENT | OWNED | MIGRATED | OWN_TIMEOUTS) != 0 {
            return None;
        }
        let created = START.checked_add(take_leb128(&mut rest)?)?;
        let refreshed = created.checked_add(take_leb128(&mut rest)?)?;
        let times =
            Times { created: UnixTime::from_seconds(created), refreshed: UnixTime::from_seconds(refreshed) };
        let timeouts = if flags & OWN_TIMEOUTS == 0 { None } else { Some(take_timeouts(&mut rest)?) };
        let owner = if flags & OWNED == 0 { None } else { Some(take_owner(&mut rest, times.created)?) };
        let previous_id = if flags & MIGRATED == 0 { None } else { Some(take_id(&mut rest)?) };
        let data = MsgPack::native().decode(rest).ok()?;
        Some(Self { data, is_permanent: flags & PERMANENT != 0, times, timeouts, owner, previous_id })
    }

    /// Returns `true` if it was sealed later than now by more than [`CLOCK_SKEW`](Self::CLOCK_SKEW).
    #[must_use]
    pub fn is_from_the_future(&self, now: UnixTime) -> bool {
        self.times.refreshed > now.plus(Self::CLOCK_SKEW)
    }
}

/// [`CookieFormat::Sealed`](super::CookieFormat::Sealed).
pub(super) struct SealedCookies;

impl CookieSettings for SealedCookies {
    fn check(&self, settings: &ClientSide) -> Result<(), SettingsError> {
        if settings.lifetime.has_zero() { Err(SettingsError::ZeroLifetime) } else { Ok(()) }
    }

    fn round_trip(&self) -> Option<Arc<dyn RoundTrip>> {
        None
    }

    fn format(&self, keys: &SecretKeys, cookie_name: &str) -> Result<Box<dyn Format>, SettingsError> {
        Ok(Box::new(Sealer::new(keys, SealedSession::PURPOSE, cookie_name)?))
    }
}

impl Format for Sealer {
    fn rules(&self) -> Rules {
        Rules::SEALED_COOKIE
    }

    fn read(&self, token: &[u8], lifetimes: &Lifetimes, now: UnixTime) -> Option<OpenedCookie> {
        let (session, key) =
            self.open_with(token, |plaintext, key| Some((SealedSession::read(plaintext)?, key))).ok()??;
        let lifetime = lifetimes.of(session.timeouts);
        let is_alive = !lifetime.is_expired(session.times, now) && !session.is_from_the_future(now);
        let SealedSession { data, is_permanent, times, timeouts, owner, previous_id } = session;
        is_alive.then(|| OpenedCookie { data, is_permanent, times, timeouts, owner, key, previous_id })
    }

    fn write(&self, contents: &CookieContents<'_>, random: &Random) -> Result<String, Error> {
        let mut unsealed = Unsealed::with_capacity(USUAL);
        append(unsealed.plaintext(), contents)?;
        Ok(self.seal_in_place(unsealed, random)?)
    }
}

/// Most payloads are no longer, in bytes.
const USUAL: usize = 256;

fn append(payload: &mut Vec<u8>, contents: &CookieContents<'_>) -> Result<(), EncodeError> {
    payload.push(flags(contents));
    let Times { created, refreshed } = contents.times;
    push_leb128(payload, created.seconds() - START);
    push_leb128(payload, refreshed.seconds() - created.seconds());
    if let Some(timeouts) = contents.timeouts {
        timeouts.to_seconds().into_iter().for_each(|limit| push_leb128(payload, limit.into()));
    }
    if let Some((name, since)) = &contents.owner {
        push_owner(payload, name, *since, created);
    }
    if let Some(id) = &contents.previous_id {
        push_text(payload, id.as_str());
    }
    MsgPack::native().append(contents.data, payload)
}

fn flags(contents: &CookieContents<'_>) -> u8 {
    [
        (contents.is_permanent, PERMANENT),
        (contents.owner.is_some(), OWNED),
        (contents.previous_id.is_some(), MIGRATED),
        (contents.timeouts.is_some(), OWN_TIMEOUTS),
    ]
    .into_iter()
    .fold(0, |flags, (is_set, flag)| if is_set { flags | flag } else { flags })
}

fn push_owner(payload: &mut Vec<u8>, name: &Text, since: UnixTime, created: UnixTime) {
    let start = UnixTime::from_seconds(created.seconds());
    push_leb128(payload, since.millis() - start.millis());
    push_text(payload, &name.to_string());
}

fn push_text(payload: &mut Vec<u8>, text: &str) {
    push_leb128(payload, i64::try_from(text.len()).unwrap_or(0));
    payload.extend_from_slice(text.as_bytes());
}

fn take_timeouts(payload: &mut &[u8]) -> Option<Timeouts> {
    let mut limit = || u32::try_from(take_leb128(payload)?).ok();
    Some(Timeouts::from_seconds([limit()?, limit()?]))
}

fn take_owner(payload: &mut &[u8], created: UnixTime) -> Option<(Text, UnixTime)> {
    let since = UnixTime::from_millis(created.millis().checked_add(take_leb128(payload)?)?);
    Some((take_text(payload)?.into(), since))
}

fn take_id(payload: &mut &[u8]) -> Option<SessionId> {
    take_text(payload).and_then(SessionId::parse)
}

fn take_text<'p>(payload: &mut &'p [u8]) -> Option<&'p str> {
    let length = usize::try_from(take_leb128(payload)?).ok()?;
    let (text, rest) = payload.split_at_checked(length)?;
    *payload = rest;
    std::str::from_utf8(text).ok()
}

/// Seven bits per byte, least significant first; the top bit says that more follow. A negative number (from a clock before 2024 or one that
/// was set back) counts as zero.
fn push_leb128(payload: &mut Vec<u8>, number: i64) {
    let mut number = u64::try_from(number).unwrap_or(0);
    while number >= 0x80 {
        payload.push(number as u8 | 0x80);
        number >>= 7;
    }
    payload.push(number as u8);
}

fn take_leb128(payload: &mut &[u8]) -> Option<i64> {
    let mut number = 0_i64;
    for shift in (0..56).step_by(7) {
        let (&octet, rest) = payload.split_first()?;
        *payload = rest;
        number |= i64::from(octet & 0x7f) << shift;
        if octet & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encode(contents: &CookieContents<'_>) -> Result<Vec<u8>, EncodeError> {
        let mut payload = Vec::new();
        append(&mut payload, contents)?;
        Ok(payload)
    }

    fn round_trip(created: i64, refreshed: i64, is_permanent: bool) -> SealedSession {
        let times =
            Times { created: UnixTime::from_seconds(created), refreshed: UnixTime::from_seconds(refreshed) };
        let data = Map::from([("user", "zoe")]);
        let contents = CookieContents {
            data: &data,
            is_permanent,
            times,
            timeouts: None,
            owner: None,
            previous_id: None,
        };
        SealedSession::read(&encode(&contents).unwrap()).unwrap()
    }

    #[test]
    fn an_owner_and_timeouts_are_read_as_written_and_a_truncated_payload_is_refused() {
        let created = UnixTime::from_millis(1_795_000_000_999);
        let owner = Some((Text::from("user:42"), UnixTime::from_millis(1_795_000_060_123)));
        let (data, times) = (Map::from([("user", "zoe")]), Times { created, refreshed: created });
        let previous_id = SessionId::parse(&"i".repeat(43));
        let contents = CookieContents {
            data: &data,
            is_permanent: false,
            times,
            timeouts: Some(Timeouts::remember_me()),
            owner: owner.clone(),
            previous_id: previous_id.clone(),
        };
        let payload = encode(&contents).unwrap();
        let read = SealedSession::read(&payload).unwrap();
        assert_eq!((read.owner, read.previous_id), (owner, previous_id));
        assert_eq!(read.timeouts, Some(Timeouts::remember_me()));
        for length in 0..payload.len() {
            assert!(SealedSession::read(&payload[..length]).is_none(), "{length}");
        }
    }

    #[test]
    fn times_and_flags_are_read_as_written() {
        for (created, refreshed) in
            [(START, START), (1_795_000_000, 1_795_003_600), (START + (1 << 40), START + (1 << 41))]
        {
            let SealedSession { data, is_permanent, times, .. } = round_trip(created, refreshed, true);
            assert_eq!((times.created.seconds(), times.refreshed.seconds()), (created, refreshed));
            assert!(is_permanent && data == Map::from([("user", "zoe")]));
        }
    }

    #[test]
    fn a_clock_before_the_start_counts_as_the_start() {
        let SealedSession { is_permanent, times, .. } = round_trip(0, 0, false);
        assert_eq!(times.created.seconds(), START);
        assert!(!is_permanent);
    }

    #[test]
    fn what_was_not_written_here_is_refused() {
        assert!(SealedSession::read(&[]).is_none());
        assert!(SealedSession::read(&[16, 0, 0, 0x80]).is_none(), "a flag of a later version");
        assert!(
            SealedSession::read(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x80])
                .is_none(),
            "an endless number"
        );
        assert!(SealedSession::read(&[0, 0]).is_none(), "cut short");
    }
}
