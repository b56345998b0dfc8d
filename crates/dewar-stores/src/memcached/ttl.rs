//! Expiry times, as Memcached counts them: in whole seconds, by a clock that moves once a second.

use dewar_core::clock::UnixTime;

/// Memcached takes a larger number for a date.
const THIRTY_DAYS: i64 = 30 * 86_400;

/// The last date that every server accepts, in January 2038.
const LAST_DATE: i64 = i32::MAX as i64;

/// When an entry expires, as the token of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ttl {
    /// The entry does not expire.
    Forever,
    /// Seconds from now, or a date.
    Token(i64),
    /// The entry has already expired.
    Expired,
}

impl Ttl {
    /// The time from now until an entry expires. It is rounded up, and a second is added: the server's clock may move right after the call.
    pub(super) fn until(expires: Option<UnixTime>, now: UnixTime) -> Self {
        let Some(expires) = expires else { return Self::Forever };
        let left = expires.millis().saturating_sub(now.millis());
        match whole_seconds(left).saturating_add(1) {
            _ if left <= 0 => Self::Expired,
            seconds @ ..=THIRTY_DAYS => Self::Token(seconds),
            _ => Self::Token(whole_seconds(expires.millis()).clamp(THIRTY_DAYS + 1, LAST_DATE)),
        }
    }

    /// The number in a request.
    pub(super) fn token(self) -> i64 {
        match self {
            Self::Forever => 0,
            Self::Token(token) => token,
            Self::Expired => -1,
        }
    }
}

/// Rounded up.
fn whole_seconds(millis: i64) -> i64 {
    millis.div_euclid(1000) + i64::from(millis.rem_euclid(1000) > 0)
}

/// When an entry expires, from the seconds that are left; `None`: never.
pub(super) fn expires(left: i64, now: UnixTime) -> Option<UnixTime> {
    (left >= 0).then(|| UnixTime::from_millis(now.millis().saturating_add(left.max(1).saturating_mul(1000))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_seconds(1_700_000_000);

    fn after(millis: i64) -> Ttl {
        Ttl::until(Some(UnixTime::from_millis(NOW.millis().saturating_add(millis))), NOW)
    }

    #[test]
    fn seconds_are_rounded_up_and_one_is_added() {
        assert_eq!((after(1), after(1000), after(1001)), (Ttl::Token(2), Ttl::Token(2), Ttl::Token(3)));
        assert_eq!((after(0), after(-1), after(i64::MIN)), (Ttl::Expired, Ttl::Expired, Ttl::Expired));
        assert_eq!((Ttl::until(None, NOW).token(), Ttl::Expired.token()), (0, -1));
    }

    #[test]
    fn what_is_more_than_thirty_days_away_is_a_date() {
        assert_eq!(after((THIRTY_DAYS - 1) * 1000), Ttl::Token(THIRTY_DAYS));
        assert_eq!(after((THIRTY_DAYS - 1) * 1000 + 1), Ttl::Token(NOW.seconds() + THIRTY_DAYS));
        assert_eq!(after(THIRTY_DAYS * 1000), Ttl::Token(NOW.seconds() + THIRTY_DAYS));
        assert_eq!(after(i64::MAX), Ttl::Token(LAST_DATE));
    }

    #[test]
    fn an_entry_that_is_there_expires_later_than_now() {
        assert_eq!(
            (expires(-1, NOW), expires(0, NOW)),
            (None, Some(UnixTime::from_millis(NOW.millis() + 1000)))
        );
        assert_eq!(expires(60, NOW), Some(UnixTime::from_seconds(1_700_000_060)));
        assert_eq!(expires(i64::MAX, NOW), Some(UnixTime::from_millis(i64::MAX)));
    }
}
