//! Conversions between seconds and dates, and the date format of HTTP. Proleptic Gregorian calendar, UTC, years 1 to 9999.

/// A date and a time of day, to the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CivilDateTime {
    /// 1 to 9999.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
}

/// 0001-01-01T00:00:00 in seconds since 1970: the first second of Python's `datetime`.
pub const MIN_SECONDS: i64 = -62_135_596_800;
/// 9999-12-31T23:59:59 in seconds since 1970: the last second of Python's `datetime`.
pub const MAX_SECONDS: i64 = 253_402_300_799;

const DAY: i64 = 86_400;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The names of the months in HTTP and mail headers.
pub const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl CivilDateTime {
    /// Converts seconds since 1970-01-01T00:00:00; `None` outside the years 1 to 9999.
    #[inline]
    pub fn from_seconds(seconds: i64) -> Option<Self> {
        if !(MIN_SECONDS..=MAX_SECONDS).contains(&seconds) {
            return None;
        }
        let (year, month, day) = date_of_day(seconds.div_euclid(DAY));
        let of_day = seconds.rem_euclid(DAY);
        let small = |n: i64| n as u8; // each is below 60
        Some(Self {
            year,
            month: small(month),
            day: small(day),
            hour: small(of_day / 3600),
            minute: small(of_day / 60 % 60),
            second: small(of_day % 60),
        })
    }

    /// Converts to seconds since 1970-01-01T00:00:00; `None` if there is no such date or time of day.
    #[inline]
    pub fn to_seconds(self) -> Option<i64> {
        let known = (1..=9999).contains(&self.year)
            && (1..=12).contains(&self.month)
            && (1..=31).contains(&self.day)
            && self.hour < 24
            && self.minute < 60
            && self.second < 60;
        if !known {
            return None;
        }
        let of_day = i64::from(self.hour) * 3600 + i64::from(self.minute) * 60 + i64::from(self.second);
        let seconds = day_of_date(self.year, self.month.into(), self.day.into()) * DAY + of_day;
        // A date that does not exist, such as 30 February, comes back as another one.
        (Self::from_seconds(seconds) == Some(self)).then_some(seconds)
    }
}

/// Formats a date for an HTTP header, as Werkzeug does: `Thu, 29 Feb 2024 12:34:56 GMT` (RFC 9110 §5.6.7, IMF-fixdate). `None` outside the years
/// 1 to 9999.
pub fn http_date(seconds: i64) -> Option<String> {
    let civil = CivilDateTime::from_seconds(seconds)?;
    // 1970-01-01 was a Thursday, the fourth of the names.
    let weekday = WEEKDAYS.get((seconds.div_euclid(DAY) + 3).rem_euclid(7) as usize)?;
    let month = MONTHS.get(usize::from(civil.month) - 1)?;
    let mut date = String::with_capacity(29);
    for part in [weekday, ", "] {
        date.push_str(part);
    }
    push_two_digits(&mut date, civil.day);
    for part in [" ", month, " "] {
        date.push_str(part);
    }
    push_two_digits(&mut date, (civil.year / 100) as u8);
    push_two_digits(&mut date, (civil.year % 100) as u8);
    for (separator, number) in [(' ', civil.hour), (':', civil.minute), (':', civil.second)] {
        date.push(separator);
        push_two_digits(&mut date, number);
    }
    date.push_str(" GMT");
    Some(date)
}

/// For numbers below 100. `format!` would take three times as long, on every response that sets a cookie.
fn push_two_digits(date: &mut String, number: u8) {
    date.push(char::from(b'0' + number / 10 % 10));
    date.push(char::from(b'0' + number % 10));
}

/// Days since 1970-01-01, counted in 400-year cycles that begin on 1 March (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn day_of_date(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let cycle = year.div_euclid(400);
    let year_of_cycle = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    cycle * 146_097 + day_of_cycle - 719_468
}

fn date_of_day(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let cycle = days.div_euclid(146_097);
    let day_of_cycle = days.rem_euclid(146_097);
    let year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36_524 - day_of_cycle / 146_096) / 365;
    let day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_cycle + cycle * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_ten_thousand_years_goes_out_and_back() {
        let (first, last) = (MIN_SECONDS / DAY, MAX_SECONDS / DAY);
        for day in first..=last {
            let seconds = day * DAY + day.rem_euclid(DAY);
            assert_eq!(
                CivilDateTime::from_seconds(seconds).and_then(CivilDateTime::to_seconds),
                Some(seconds)
            );
        }
    }

    #[test]
    fn the_ends_and_what_lies_beyond() {
        assert_eq!(http_date(MIN_SECONDS).unwrap(), "Mon, 01 Jan 0001 00:00:00 GMT");
        assert_eq!(http_date(MAX_SECONDS).unwrap(), "Fri, 31 Dec 9999 23:59:59 GMT");
        assert!(http_date(MAX_SECONDS + 1).is_none() && http_date(MIN_SECONDS - 1).is_none());
    }

    #[test]
    fn dates_that_do_not_exist() {
        let leap_day = CivilDateTime { year: 2024, month: 2, day: 29, hour: 12, minute: 34, second: 56 };
        assert_eq!(leap_day.to_seconds(), Some(1_709_210_096));
        assert_eq!(CivilDateTime { year: 2023, ..leap_day }.to_seconds(), None);
        assert_eq!(CivilDateTime { hour: 24, ..leap_day }.to_seconds(), None);
    }
}
