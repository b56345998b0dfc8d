//! `fs_bad_type`: what of `SESSION_TYPE` and `SESSION_SERIALIZATION_FORMAT` is refused.

use dewar::Config;
use dewar::config::{ConfigError, StoreChoice};
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
    Ok(match Config::from_map(&given) {
        Ok(config) if config.store().is_none() => Outcome::Excused("a-null-type-is-the-cookie"),
        Ok(config) => {
            let kind =
                matches!(config.store(), Some(StoreChoice::Redis(_))).then_some("RedisSessionInterface");
            super::compare(kind, case.expected["ok"].as_str(), None)
        }
        Err(ConfigError::UnknownSessionType { found }) => {
            super::compare(Some(&*format!("Unrecognized value for SESSION_TYPE: {found}")), message, None)
        }
        Err(ConfigError::UnknownSerialization { found }) => {
            super::compare(Some(&*format!("Unsupported serialization format: {found}")), message, None)
        }
        Err(error) => Outcome::Failed(error.to_string()),
    })
}
