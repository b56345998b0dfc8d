//! The lifetimes of sessions, in seconds, with the rules of Python's `timedelta(seconds=…)`.

use std::time::Duration;

use super::defaults::Formats;
use super::error::ConfigError;
use super::reader::{Reader, wrong_type};
use super::setting;
use crate::value::Value;

/// 7,900 years, so that a session expires in a year with four digits, as a cookie's `Expires` requires.
pub(super) const LONGEST: Duration = Duration::from_secs(7_900 * 31_557_600);

/// `PERMANENT_SESSION_LIFETIME`, if it is set.
pub(super) fn idle(reader: &Reader<'_>) -> Result<Option<Duration>, ConfigError> {
    let setting = setting::PERMANENT_SESSION_LIFETIME;
    reader.value(setting).map(|value| seconds(setting, value)).transpose()
}

/// `DEWAR_ABSOLUTE_LIFETIME`, or the default. It must be set if the idle time is longer than the default.
pub(super) fn absolute(
    reader: &Reader<'_>,
    formats: Formats,
    idle: Option<Duration>,
) -> Result<Option<Duration>, ConfigError> {
    let setting = setting::DEWAR_ABSOLUTE_LIFETIME;
    let default = formats.lifetime().absolute;
    match reader.value(setting) {
        Some(Value::Null) => Ok(None),
        Some(_) if formats == Formats::Flask => Err(ConfigError::AbsoluteLifetimeInFlaskFormat),
        Some(value) => match seconds(setting, value)? {
            Duration::ZERO => Err(ConfigError::LifetimeOutOfRange { setting }),
            absolute => Ok(Some(absolute)),
        },
        None if default.is_some() && idle > default => Err(ConfigError::LifetimeBeyondAbsolute),
        None => Ok(default),
    }
}

/// Fractions are kept to the microsecond. Flask compares ages in whole seconds, rounded toward zero.
fn seconds(setting: &'static str, value: &Value) -> Result<Duration, ConfigError> {
    let duration = match value {
        Value::Int(seconds) => u64::try_from(*seconds).ok().map(Duration::from_secs),
        Value::Float(seconds) if !seconds.is_nan() => of_float(*seconds),
        Value::BigInt(_) => None,
        other => return Err(wrong_type(setting, "a number of seconds", other)),
    };
    duration.filter(|duration| *duration <= LONGEST).ok_or(ConfigError::LifetimeOutOfRange { setting })
}

/// Rounds half to even, as `timedelta` does.
fn of_float(seconds: f64) -> Option<Duration> {
    let whole = Duration::try_from_secs_f64(seconds.trunc()).ok()?;
    let micros = (seconds.fract() * 1e6).round_ties_even() / 1e6;
    Some(whole + Duration::try_from_secs_f64(micros).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTING: &str = setting::PERMANENT_SESSION_LIFETIME;

    #[test]
    fn seconds_as_timedelta_takes_them() {
        let rows = [
            (Value::Int(0), Duration::ZERO),
            (Value::Int(3600), Duration::from_secs(3600)),
            (Value::Float(-0.0), Duration::ZERO),
            (Value::Float(1.999_999), Duration::from_micros(1_999_999)),
            (Value::Float(0.000_000_5), Duration::ZERO),
            (Value::Float(1e9), Duration::from_secs(1_000_000_000)),
            (Value::Int(220_752_000_000), Duration::from_secs(220_752_000_000)),
        ];
        for (value, expected) in rows {
            assert_eq!(seconds(SETTING, &value), Ok(expected), "{value:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_lifetime_is_refused() {
        let out_of_range = [
            Value::Int(-1),
            Value::Int(i64::MIN),
            Value::Int(i64::MAX),
            Value::Float(-0.5),
            Value::Float(f64::INFINITY),
            Value::Float(f64::NEG_INFINITY),
            Value::Float(f64::MAX),
            Value::BigInt("99999999999999999999".parse().unwrap()),
        ];
        for value in out_of_range {
            assert_eq!(
                seconds(SETTING, &value),
                Err(ConfigError::LifetimeOutOfRange { setting: SETTING }),
                "{value:?}"
            );
        }
        for value in [Value::Null, true.into(), "3600".into(), Value::Float(f64::NAN)] {
            assert!(matches!(seconds(SETTING, &value), Err(ConfigError::WrongType { .. })), "{value:?}");
        }
    }
}
