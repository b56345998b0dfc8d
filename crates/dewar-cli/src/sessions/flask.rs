//! The settings of a Flask program.

use dewar::config::Config;
use dewar_stores::flask_settings;

use super::trouble::Trouble;
use crate::cmd::random_secret;

/// The prefix of the settings that are given to the library.
const PREFIX: &str = "FLASK";

/// The settings of a Flask program whose sessions are in the store with this URL, with those that were given as `NAME=VALUE`. Its secret is not
/// needed: no cookie is read here.
pub(super) fn config(url: &str, given: &[String]) -> Result<Config, Trouble> {
    let given = given.iter().map(|setting| {
        let named = setting.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        named.ok_or_else(|| Trouble::arguments("write a setting as --set NAME=VALUE"))
    });
    let given = given.collect::<Result<Vec<_>, _>>()?;
    let secret = random_secret().map_err(Trouble::arguments)?;
    let place = flask_settings(url)?.map(|(name, value)| (name.to_owned(), value));
    let all = [("SECRET_KEY".to_owned(), secret)].into_iter().chain(place).chain(given);
    Ok(Config::from_vars(PREFIX, all.map(|(name, value)| (format!("{PREFIX}_{name}"), value)))?)
}
