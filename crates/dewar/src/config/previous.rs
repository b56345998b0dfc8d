//! `DEWAR_PREVIOUS_…`: the settings of the manager that stored the sessions before.

use super::error::ConfigError;
use super::setting;
use super::settings::Config;
use crate::clock::UnixTime;
use crate::value::{DateTime, Map, Text, Value};

/// The prefix of the settings of the previous manager.
pub(super) const PREFIX: &str = "DEWAR_PREVIOUS_";

/// The settings that a previous manager takes from the current ones, unless they are set for it.
const SHARED: [&str; 3] =
    [setting::SECRET_KEY, setting::SECRET_KEY_FALLBACKS, setting::DEWAR_ALLOW_WEAK_SECRET];

/// The settings of the manager that stored the sessions before, for [`SessionManager::migrating_from`](crate::SessionManager::migrating_from).
#[derive(Debug, Clone)]
pub struct PreviousConfig {
    /// The settings, without the prefix `DEWAR_PREVIOUS_`.
    pub config: Config,
    /// `DEWAR_PREVIOUS_UNTIL`: when the program stops taking over its sessions.
    pub until: UnixTime,
}

/// Reads the settings of a previous manager; `None` if there are none.
pub(super) fn previous(settings: &Map) -> Result<Option<PreviousConfig>, ConfigError> {
    let names = settings.iter().filter_map(|(name, value)| Some((own_name(name)?, value.clone())));
    let mut own: Map = names.collect();
    let until_name = setting::DEWAR_PREVIOUS_UNTIL.trim_start_matches(PREFIX);
    let until = match own.remove(until_name) {
        None if own.is_empty() => return Ok(None),
        None => return Err(ConfigError::MissingPreviousUntil),
        Some(until) => moment(&until).ok_or(ConfigError::InvalidPreviousUntil)?,
    };
    for shared in SHARED {
        if let (false, Some(value)) = (own.contains(shared), settings.get(shared)) {
            own.insert(shared, value.clone());
        }
    }
    let config = Config::from_map(&own).map_err(|why| ConfigError::Previous(Box::new(why)))?;
    Ok(Some(PreviousConfig { config: config.of_previous(), until }))
}

fn own_name(name: &Text) -> Option<&str> {
    name.as_str()?.strip_prefix(PREFIX)
}

/// A date, which means midnight UTC, or a date with a time, in UTC unless it has an offset.
fn moment(value: &Value) -> Option<UnixTime> {
    let moment = match value {
        Value::DateTime(moment) => *moment,
        Value::Str(text) => date_or_time(text.as_str()?)?,
        _ => return None,
    };
    Some(UnixTime::from_seconds(moment.utc_seconds()))
}

pub(super) fn date_or_time(text: &str) -> Option<DateTime> {
    DateTime::from_iso(text).or_else(|| DateTime::from_iso(&format!("{text}T00:00:00")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cookie::CookiePolicy;
    use crate::manager::{CookieFormat, FlaskOptions};

    const SECRET: &str = "5f0c19e2a7d84b3690fe21c7b58d4a63";

    fn from_vars(vars: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let secret = [("FLASK_SECRET_KEY", SECRET), ("FLASK_DEWAR_COOKIE_FORMAT", "sealed")];
        Config::from_vars("FLASK", secret.into_iter().chain(vars.iter().copied()))
    }

    #[test]
    fn the_date_alone_means_flasks_defaults_with_the_same_secret() {
        let config = from_vars(&[("FLASK_DEWAR_PREVIOUS_UNTIL", "2027-01-01")]).unwrap();
        assert_eq!(config.format, CookieFormat::Sealed);
        let PreviousConfig { config: previous, until } = *config.previous.unwrap();
        assert_eq!(until, UnixTime::from_seconds(1_798_761_600));
        assert_eq!(previous.format, CookieFormat::Flask(FlaskOptions::default()));
        assert_eq!(previous.cookie, CookiePolicy::flask());
        assert_eq!(previous.keys.iter().collect::<Vec<_>>(), [SECRET.as_bytes()]);
        assert!(from_vars(&[]).unwrap().previous.is_none());
    }

    #[test]
    fn it_is_set_up_as_it_was() {
        let config = from_vars(&[
            ("FLASK_DEWAR_PREVIOUS_UNTIL", "2027-01-01T12:00:00+01:00"),
            ("FLASK_DEWAR_PREVIOUS_SESSION_TYPE", "redis"),
            ("FLASK_DEWAR_PREVIOUS_SESSION_COOKIE_NAME", "sid"),
            ("FLASK_DEWAR_PREVIOUS_SESSION_COOKIE_DOMAIN", "example.com"),
            ("FLASK_DEWAR_PREVIOUS_SECRET_KEY", "0b7d5c1e9f3a48d2860c4be17a95d3f2"),
        ]);
        let PreviousConfig { config: previous, until } = *config.unwrap().previous.unwrap();
        assert_eq!(until, UnixTime::from_seconds(1_798_761_600 + 11 * 3600));
        assert_eq!(
            (previous.cookie.name.as_str(), previous.cookie.domain.as_deref()),
            ("sid", Some("example.com"))
        );
        assert!(previous.store().is_some());
        assert_eq!(previous.keys.iter().collect::<Vec<_>>(), [b"0b7d5c1e9f3a48d2860c4be17a95d3f2"]);
    }

    #[cfg(feature = "toml")]
    #[test]
    fn a_date_of_toml_is_one_too() {
        let text = format!("SECRET_KEY = {SECRET:?}\nDEWAR_PREVIOUS_UNTIL = 2027-01-01\n");
        let previous = Config::from_toml(&text).unwrap().previous.unwrap();
        assert_eq!(previous.until, UnixTime::from_seconds(1_798_761_600));
    }

    #[test]
    fn what_is_wrong_with_it_is_said_by_name() {
        let refused = |vars: &[(&str, &str)]| from_vars(vars).unwrap_err().to_string();
        let until = ("FLASK_DEWAR_PREVIOUS_UNTIL", "2027-01-01");
        for (vars, told) in [
            (vec![("FLASK_DEWAR_PREVIOUS_SESSION_TYPE", "redis")], "DEWAR_PREVIOUS_UNTIL"),
            (vec![("FLASK_DEWAR_PREVIOUS_UNTIL", "next year")], "2027-01-01"),
            (vec![("FLASK_DEWAR_PREVIOUS_UNTIL", "20270101")], "2027-01-01"),
            (vec![until, ("FLASK_DEWAR_PREVIOUS_SESSION_TIPE", "redis")], "did you mean SESSION_TYPE"),
            (vec![until, ("FLASK_DEWAR_PREVIOUS_SESSION_COOKIE_SECURE", "True")], "write true"),
        ] {
            let error = refused(&vars);
            assert!(error.contains("DEWAR_PREVIOUS_") && error.contains(told), "{error}");
        }
    }
}
