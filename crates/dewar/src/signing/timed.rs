//! A value, the time at which it was signed, and the signature of both.

use std::time::Duration;

use super::errors::{BadSignature, SeparatorError};
use super::signer::{KeyAge, Signer, SignerOptions, rsplit_once};
use super::{SecretKeys, encoding};
use crate::clock::UnixTime;

/// 2011-01-01T00:00:00Z, from which itsdangerous counted before 1.0.
const LEGACY_EPOCH: u64 = 1_293_840_000;

/// How timestamps are read. The default is that of itsdangerous 2.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimestampOptions {
    /// How far in the future a token may have been signed, in whole seconds: clocks of machines differ. It does not
    /// lengthen the life of a token.
    pub clock_skew: Duration,
    /// Whether a timestamp before 2011 is one of itsdangerous before 1.0, which counted from 2011-01-01. Nothing that a
    /// later one signed is that old.
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

/// A value whose signature is good, and whose age is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed<'t> {
    /// What was signed, as it stands in the token.
    pub value: &'t [u8],
    /// When it was signed: whole seconds.
    pub signed_at: UnixTime,
    /// Whether the key is the one that signs today.
    pub key: KeyAge,
}

impl TimestampSigner {
    /// A signer for one purpose. The keys are derived here, once.
    ///
    /// # Errors
    /// [`SeparatorError`] if the separator cannot be told from the letters of a signature.
    pub fn new(
        keys: &SecretKeys,
        signer: SignerOptions,
        options: TimestampOptions,
    ) -> Result<Self, SeparatorError> {
        Ok(Self { signer: Signer::new(keys, signer)?, options })
    }

    /// The value, the time in whole seconds, and the signature of both. A time before 1970 is written as 1970.
    #[must_use]
    pub fn sign(&self, value: &[u8], now: UnixTime) -> Vec<u8> {
        let mut token = Vec::with_capacity(value.len() + self.overhead());
        token.extend_from_slice(value);
        self.sign_in_place(&mut token, now);
        token
    }

    /// Makes a token of the value that fills the buffer: [`sign`](Self::sign) without a copy.
    pub fn sign_in_place(&self, value: &mut Vec<u8>, now: UnixTime) {
        let seconds = u64::try_from(now.seconds()).unwrap_or(0);
        value.extend_from_slice(self.signer.separator());
        encoding::append_base64(value, encoding::significant(&seconds.to_be_bytes()));
        self.signer.sign_in_place(value);
    }

    /// The value of a token that was signed at most `max_age` ago; at any time, past or future, without one.
    ///
    /// Ages are compared in whole seconds as itsdangerous does: a token is still good at `max_age`, and no longer a second
    /// later; a fraction of `max_age` is dropped. What is refused can still be looked at with [`inspect`](super::inspect).
    ///
    /// # Errors
    /// Any of [`BadSignature`]: first the signature is checked, then the timestamp is read.
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

    /// Whether the token is one of ours, and of the right age.
    #[must_use]
    pub fn validate(&self, token: &[u8], now: UnixTime, max_age: Option<Duration>) -> bool {
        self.unsign(token, now, max_age).is_ok()
    }

    /// What stands between the value, the timestamp and the signature.
    #[must_use]
    pub fn separator(&self) -> &[u8] {
        self.signer.separator()
    }

    /// How much longer than its value a token can be.
    pub(super) fn overhead(&self) -> usize {
        self.separator().len() + MAX_TIMESTAMP + self.signer.overhead()
    }
}

/// The text of the longest timestamp there is: 8 bytes.
const MAX_TIMESTAMP: usize = 11;

/// The number that a timestamp stands for.
pub(super) fn seconds(timestamp: &[u8]) -> Option<u64> {
    encoding::bytes_to_int(encoding::base64_decode_into(timestamp, &mut [0; 8]).ok()?)
}

/// The moment so many seconds after 1970; the end of time, if it is later.
pub(super) fn unix_time(seconds: u64) -> UnixTime {
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
