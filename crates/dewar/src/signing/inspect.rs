//! What a token says of itself, true or not.

use super::signer::rsplit_once;
use super::timed;
use crate::clock::UnixTime;

/// The parts of a token whose signature nobody has checked: for a person to look at, never for a program to trust.
///
/// Which parts a token has cannot be seen from the outside: a [`Signer`](super::Signer) whose value holds a separator writes
/// tokens that look as if they had a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unverified<'t> {
    /// All that the signature is of.
    pub signed: &'t [u8],
    /// What stands before the timestamp; the same as `signed`, if there is none.
    pub value: &'t [u8],
    /// The text of the timestamp.
    pub timestamp: Option<&'t [u8]>,
    /// When the token says that it was signed; `None` without a timestamp, or if it is malformed.
    pub signed_at: Option<UnixTime>,
    /// The text of the signature.
    pub signature: &'t [u8],
}

/// Takes a token apart without checking anything; `None` if there is no separator in it.
///
/// Instead of itsdangerous' `loads_unsafe`, whose answer looks like a session but is not one.
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
    let signed_at = timestamp.and_then(timed::seconds).map(timed::unix_time);
    Some(Unverified { signed, value, timestamp, signed_at, signature })
}
