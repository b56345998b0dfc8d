//! `fs_bad_type`: what of `SESSION_TYPE` and `SESSION_SERIALIZATION_FORMAT` is refused.

use std::error::Error as _;

use dewar::config::Config;
use dewar::config::{ConfigError, StorePlace};
use dewar::value::Map;

use super::given::{Given, Judged};
use super::{Case, Outcome, settings};

pub(super) fn fs_bad_type(case: &Case) -> Judged {
    let mut given =
        Map::from([("SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63"), ("SESSION_TYPE", "redis")]);
    for (name, value) in case.given.fields()? {
        given.insert(name.as_str(), settings::value(value)?);
    }
    let message = case.expected["message"].as_str();
    let config = match Config::from_map(&given) {
        Ok(config) if config.store().is_none() => return Ok(Outcome::Excused("a-null-type-is-the-cookie")),
        Ok(config) => config,
        Err(ConfigError::UnknownSerialization { found }) => {
            let text = format!("Unsupported serialization format: {found}");
            return Ok(super::compare(Some(&*text), message, None));
        }
        Err(error) => return Ok(Outcome::Failed(error.to_string())),
    };
    let is_redis = |place: &StorePlace| matches!(place, StorePlace::SessionType(name) if name.eq_ignore_ascii_case("redis"));
    let kind = config.store().map(|store| store.place()).filter(|place| is_redis(place));
    let kind = kind.map(|_| "RedisSessionInterface");
    Ok(match unknown_type(&config) {
        Some(found) => {
            super::compare(Some(&*format!("Unrecognized value for SESSION_TYPE: {found}")), message, None)
        }
        None => super::compare(kind, case.expected["ok"].as_str(), None),
    })
}

/// What `SESSION_TYPE` is, if no store has it. If it is Redis, none needs to be there.
fn unknown_type(config: &Config) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let error = runtime.block_on(dewar_stores::from_config(config)).err()?;
    match error.source()?.downcast_ref() {
        Some(ConfigError::UnknownSessionType { found, .. }) => Some(found.clone()),
        _ => None,
    }
}
