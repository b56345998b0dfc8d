//! Times in a column `TIMESTAMP`: microseconds since 2000, UTC.

use dewar_core::calendar::{MAX_SECONDS, MIN_SECONDS};
use dewar_core::clock::UnixTime;

/// The year 2000, in milliseconds since 1970.
const EPOCH: i64 = 946_684_800_000;
/// The first and the last time that SQLAlchemy can read, in milliseconds since 1970: the years 1 to 9999.
const FIRST: i64 = MIN_SECONDS * 1000;
const LAST: i64 = MAX_SECONDS * 1000 + 999;
/// "Never": the last microsecond of the year 9999, which is later than any time.
const NEVER: i64 = (LAST - EPOCH) * 1000 + 999;
/// PostgreSQL's `infinity`, which a person may have written.
const INFINITY: i64 = i64::MAX;

/// The microseconds of a time, or of never. Outside the years 1 to 9999, those of the nearest time within.
pub(super) fn micros(moment: Option<UnixTime>) -> i64 {
    moment.map_or(NEVER, |moment| (moment.millis().clamp(FIRST, LAST) - EPOCH) * 1000)
}

/// The time. Fractions of a millisecond are cut off. `None` if it is never.
pub(super) fn moment(micros: i64) -> Option<UnixTime> {
    let is_never = matches!(micros, NEVER | INFINITY);
    (!is_never).then(|| UnixTime::from_millis(micros.div_euclid(1000).saturating_add(EPOCH)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_out_and_back_and_sort() {
        let mut before = i64::MIN;
        for millis in (FIRST..=LAST).step_by(7_654_321_987) {
            let now = UnixTime::from_millis(millis);
            assert_eq!(moment(micros(Some(now))), Some(now));
            assert!(before < micros(Some(now)));
            before = micros(Some(now));
        }
        assert!(before < micros(None));
    }

    #[test]
    fn the_ends_of_the_calendar() {
        assert_eq!(micros(Some(UnixTime::from_millis(EPOCH + 1))), 1000);
        assert_eq!(micros(Some(UnixTime::from_millis(i64::MAX))), NEVER - 999);
        assert_eq!(micros(Some(UnixTime::from_millis(i64::MIN))), (FIRST - EPOCH) * 1000);
        assert_eq!((moment(NEVER), moment(INFINITY)), (None, None));
        assert_eq!(moment(-1), Some(UnixTime::from_millis(EPOCH - 1)));
        assert!(moment(i64::MIN).unwrap() < UnixTime::from_millis(FIRST));
    }
}
