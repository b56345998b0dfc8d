//! `SESSION_COOKIE_…`: the name and attributes of the cookie.

use super::defaults::Formats;
use super::error::ConfigError;
use super::reader::Reader;
use super::setting;
use crate::cookie::{CookiePolicy, SameSite};
use crate::value::Value;

pub(super) fn cookie(reader: &Reader<'_>, formats: Formats) -> Result<CookiePolicy, ConfigError> {
    let defaults = formats.cookie();
    let policy = CookiePolicy {
        name: String::new(),
        domain: domain(reader)?,
        path: path(reader)?.unwrap_or(defaults.path),
        secure: reader.flag(setting::SESSION_COOKIE_SECURE)?.unwrap_or(defaults.secure),
        http_only: reader.flag(setting::SESSION_COOKIE_HTTPONLY)?.unwrap_or(defaults.http_only),
        same_site: same_site(reader)?.unwrap_or(defaults.same_site),
        partitioned: reader.flag(setting::SESSION_COOKIE_PARTITIONED)?.unwrap_or(defaults.partitioned),
    };
    let name = reader.text(setting::SESSION_COOKIE_NAME)?.unwrap_or_else(|| formats.cookie_name(&policy));
    Ok(CookiePolicy { name: name.to_owned(), ..policy })
}

/// The text `False` meant for Flask before 2.3 not to derive a domain from `SERVER_NAME`. For an empty domain Flask writes `Domain=`.
fn domain(reader: &Reader<'_>) -> Result<Option<String>, ConfigError> {
    match reader.value(setting::SESSION_COOKIE_DOMAIN) {
        None | Some(Value::Null | Value::Bool(false)) => Ok(None),
        Some(_) => match reader.text(setting::SESSION_COOKIE_DOMAIN)? {
            Some("") => Err(ConfigError::EmptyDomain),
            Some("None" | "False") => Err(ConfigError::NoneAsDomain),
            domain => Ok(domain.map(str::to_owned)),
        },
    }
}

/// `SESSION_COOKIE_PATH or APPLICATION_ROOT`; `None` if neither is set.
fn path(reader: &Reader<'_>) -> Result<Option<Option<String>>, ConfigError> {
    let path = reader.text_or_null(setting::SESSION_COOKIE_PATH)?.flatten().filter(|path| !path.is_empty());
    if let Some(path) = path {
        return Ok(Some(Some(path.to_owned())));
    }
    let root = reader.text_or_null(setting::APPLICATION_ROOT)?;
    Ok(root.map(|root| root.map(str::to_owned)))
}

/// `Some(None)`: the settings ask for no `SameSite`.
fn same_site(reader: &Reader<'_>) -> Result<Option<Option<SameSite>>, ConfigError> {
    let setting = setting::SESSION_COOKIE_SAMESITE;
    let parse = |text: &str| text.parse().map_err(|source| ConfigError::Cookie { setting, source });
    let text = reader.text_or_null(setting)?;
    text.map(|text| text.map(parse).transpose()).transpose()
}
