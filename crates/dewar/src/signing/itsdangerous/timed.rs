//! The timestamp signer: a value, the time when it was signed, and the signature of both. Also looking at unverified tokens.

use std::time::Duration;

use super::encoding;
use super::errors::{BadSignature, SeparatorError};
use super::signer::{Signer, SignerOptions, rsplit_once};
use crate::clock::UnixTime;
use crate::signing::{KeyAge, SecretKeys};

/// 2011-01-01T00:00:00Z, the epoch of itsdangerous before 1.0.
const LEGACY_EPOCH: u64 = 1_293_840_000;

/// How timestamps are read. The default is that of itsdangerous 2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimestampOptions {
    /// How far in the future a token may have been signed, in whole seconds, since clocks differ. It does not extend the largest age of a token.
    pub clock_skew: Duration,
    /// Whether to read a timestamp before 2011 as one of itsdangerous before 1.0, which counted from 2011-01-01. No token of a later version is
    /// that old.
    pub legacy_epoch: bool,
}

/// Signs bytes together with the time: itsdangerous' `TimestampSigner`.
///
/// ```
/// # use std::time::Duration;
/// # use dewar::clock::UnixTime;
/// # use dewar::signing::{SecretKeys, SignerOptions, TimestampOptions, TimestampSigner};
/// let keys = SecretKeys::accepting_weak("secret-key")?;
/// let signer = TimestampSigner::new(&keys, SignerOptions::default(), TimestampOptions::default())?;
/// let now = UnixTime::from_seconds(1_709_210_096);
/// let token = signer.sign(b"reset password of 42", now);
/// let an_hour = Some(Duration::from_secs(3600));
/// assert_eq!(signer.unsign(&token, now, an_hour)?.value, b"reset password of 42");
/// assert!(signer.unsign(&token, now.plus(Duration::from_secs(3601)), an_hour).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct TimestampSigner {
    signer: Signer,
    options: TimestampOptions,
}

/// A value whose signature and age are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'t> {
    /// What was signed, as it is in the token.
    pub value: &'t [u8],
    /// When it was signed, in whole seconds.
    pub signed_at: UnixTime,
    /// Which key signed it.
    pub key: KeyAge,
}

impl TimestampSigner {
    /// Makes a signer for one purpose. The keys are derived once, here.
    ///
    /// # Errors
    /// [`SeparatorError`] if the separator could be part of a signature.
    pub fn new(
        keys: &SecretKeys,
        signer: SignerOptions,
        options: TimestampOptions,
    ) -> Result<Self, SeparatorError> {
        Ok(Self { signer: Signer::new(keys, signer)?, options })
    }

    /// Returns the token: the value, the time in whole seconds, and the signature of both. A time before 1970 is written as 1970.
    #[must_use]
    pub fn sign(&self, value: &[u8], now: UnixTime) -> Vec<u8> {
        let mut token = Vec::with_capacity(value.len() + self.overhead());
        token.extend_from_slice(value);
        self.sign_in_place(&mut token, now);
        token
    }

    /// Converts the value in the buffer to its token, like [`sign`](Self::sign) without a copy.
    pub fn sign_in_place(&self, value: &mut Vec<u8>, now: UnixTime) {
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        value.extend_from_slice(self.signer.separator());
        encoding::append_base64(value, encoding::significant(&seconds.to_be_bytes()));
        self.signer.sign_in_place(value);
    }

    /// Returns the value of a token that was signed at most `max_age` ago; with `None`, at any time, past or future.
    ///
    /// Ages are compared in whole seconds, as in itsdangerous: a token is still valid at `max_age`, and expires a second later. Fractions of
    /// `max_age` are dropped. You can look at a refused token with [`inspect`].
    ///
    /// # Errors
    /// Any [`BadSignature`]. The signature is checked first, then the timestamp.
    pub fn unsign<'t>(
        &self,
        token: &'t [u8],
        now: UnixTime,
        max_age: Option<Duration>,
    ) -> Result<Signed<'t>, BadSignature> {
        let unsigned = self.signer.unsign(token)?;
        let (value, timestamp) =
            rsplit_once(unsigned.value, self.signer.separator()).ok_or(BadSignature::NoTimestamp)?;
        let seconds = seconds(timestamp).ok_or(BadSignature::MalformedTimestamp)?;
        let signed_at = self.options.moment(seconds);
        if let Some(max_age) = max_age {
            self.options.check_age(signed_at, now, max_age)?;
        }
        Ok(Signed { value, signed_at, key: unsigned.key })
    }

    /// Whether the signature and the age of a token are valid.
    #[must_use]
    pub fn validate(&self, token: &[u8], now: UnixTime, max_age: Option<Duration>) -> bool {
        self.unsign(token, now, max_age).is_ok()
    }

    /// The separator between the value, the timestamp and the signature.
    #[must_use]
    pub fn separator(&self) -> &[u8] {
        self.signer.separator()
    }

    /// How many bytes a token can be longer than its value.
    pub(super) fn overhead(&self) -> usize {
        self.separator().len() + MAX_TIMESTAMP + self.signer.overhead()
    }
}

/// The parts of a token whose signature has not been verified. Never trust them.
///
/// Whether a token has a timestamp cannot be told from the token: a token of a [`Signer`] whose value contains a separator looks as if it had one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unverified<'t> {
    /// The bytes that the signature is for.
    pub signed: &'t [u8],
    /// The part before the timestamp; the same as `signed` without a timestamp.
    pub value: &'t [u8],
    /// The text of the timestamp.
    pub timestamp: Option<&'t [u8]>,
    /// The time in the token; `None` without a well-formed timestamp.
    pub signed_at: Option<UnixTime>,
    /// The text of the signature.
    pub signature: &'t [u8],
}

/// Splits a token into its parts without verifying anything; `None` if it has no separator.
///
/// This replaces itsdangerous' `loads_unsafe`, whose result looks like verified data.
///
/// ```
/// # use dewar::{clock::UnixTime, signing::inspect};
/// let claim = inspect(b"eyJhIjoxfQ.ZeB58A.forged", b".").ok_or("not a token")?;
/// assert_eq!((claim.value, claim.signature), (&b"eyJhIjoxfQ"[..], &b"forged"[..]));
/// assert_eq!(claim.signed_at, Some(UnixTime::from_seconds(1_709_210_096)));
/// # Ok::<(), &str>(())
/// ```
#[must_use]
pub fn inspect<'t>(token: &'t [u8], separator: &[u8]) -> Option<Unverified<'t>> {
    let (signed, signature) = rsplit_once(token, separator)?;
    let (value, timestamp) = match rsplit_once(signed, separator) {
        Some((value, timestamp)) => (value, Some(timestamp)),
        None => (signed, None),
    };
    let signed_at = timestamp.and_then(seconds).map(unix_time);
    Some(Unverified { signed, value, timestamp, signed_at, signature })
}

/// The length of the longest timestamp, of 8 bytes.
const MAX_TIMESTAMP: usize = 11;

/// The number of a timestamp.
fn seconds(timestamp: &[u8]) -> Option<u64> {
    encoding::bytes_to_int(encoding::base64_decode_into(timestamp, &mut [0; 8]).ok()?)
}

/// The time `seconds` after 1970, at most the last time that [`UnixTime`] can represent.
fn unix_time(seconds: u64) -> UnixTime {
    UnixTime::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

impl TimestampOptions {
    fn moment(&self, seconds: u64) -> UnixTime {
        let is_legacy = self.legacy_epoch && seconds < LEGACY_EPOCH;
        unix_time(if is_legacy { seconds + LEGACY_EPOCH } else { seconds })
    }

    fn check_age(&self, signed_at: UnixTime, now: UnixTime, max_age: Duration) -> Result<(), BadSignature> {
        let age = now.seconds().saturating_sub(signed_at.seconds());
        let distance = Duration::from_secs(age.unsigned_abs());
        if age < 0 && distance.as_secs() > self.clock_skew.as_secs() {
            return Err(BadSignature::FromTheFuture { signed_at, ahead: distance });
        }
        if age > 0 && distance.as_secs() > max_age.as_secs() {
            return Err(BadSignature::Expired { signed_at, age: distance, max_age });
        }
        Ok(())
    }
}
