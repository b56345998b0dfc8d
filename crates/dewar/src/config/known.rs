//! The names of settings: ours, Flask-Session's, and those that are only nearly one of them.

use super::error::ConfigError;

/// A setting that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    SecretKey,
    SecretKeyFallbacks,
    SessionCookieName,
    SessionCookieDomain,
    SessionCookiePath,
    SessionCookieSecure,
    SessionCookieHttponly,
    SessionCookieSamesite,
    SessionCookiePartitioned,
    PermanentSessionLifetime,
    SessionRefreshEachRequest,
    ApplicationRoot,
    DewarCookieFormat,
    DewarAlsoRead,
    DewarAllowWeakSecret,
}

/// The words of `DEWAR_COOKIE_FORMAT` and `DEWAR_ALSO_READ`.
pub(super) const FORMATS: &[&str] = &["flask", SEALED];
pub(super) const SEALED: &str = "sealed";

impl Setting {
    const ALL: [Self; 15] = [
        Self::SecretKey,
        Self::SecretKeyFallbacks,
        Self::SessionCookieName,
        Self::SessionCookieDomain,
        Self::SessionCookiePath,
        Self::SessionCookieSecure,
        Self::SessionCookieHttponly,
        Self::SessionCookieSamesite,
        Self::SessionCookiePartitioned,
        Self::PermanentSessionLifetime,
        Self::SessionRefreshEachRequest,
        Self::ApplicationRoot,
        Self::DewarCookieFormat,
        Self::DewarAlsoRead,
        Self::DewarAllowWeakSecret,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::SecretKey => "SECRET_KEY",
            Self::SecretKeyFallbacks => "SECRET_KEY_FALLBACKS",
            Self::SessionCookieName => "SESSION_COOKIE_NAME",
            Self::SessionCookieDomain => "SESSION_COOKIE_DOMAIN",
            Self::SessionCookiePath => "SESSION_COOKIE_PATH",
            Self::SessionCookieSecure => "SESSION_COOKIE_SECURE",
            Self::SessionCookieHttponly => "SESSION_COOKIE_HTTPONLY",
            Self::SessionCookieSamesite => "SESSION_COOKIE_SAMESITE",
            Self::SessionCookiePartitioned => "SESSION_COOKIE_PARTITIONED",
            Self::PermanentSessionLifetime => "PERMANENT_SESSION_LIFETIME",
            Self::SessionRefreshEachRequest => "SESSION_REFRESH_EACH_REQUEST",
            Self::ApplicationRoot => "APPLICATION_ROOT",
            Self::DewarCookieFormat => "DEWAR_COOKIE_FORMAT",
            Self::DewarAlsoRead => "DEWAR_ALSO_READ",
            Self::DewarAllowWeakSecret => "DEWAR_ALLOW_WEAK_SECRET",
        }
    }
}

/// What Flask-Session 0.8 reads.
const FLASK_SESSION: &[&str] = &[
    "SESSION_TYPE",
    "SESSION_PERMANENT",
    "SESSION_USE_SIGNER",
    "SESSION_KEY_PREFIX",
    "SESSION_ID_LENGTH",
    "SESSION_SERIALIZATION_FORMAT",
    "SESSION_CLEANUP_N_REQUESTS",
];

/// What the settings of its stores begin with.
const FLASK_SESSION_STORES: &[&str] = &[
    "SESSION_REDIS",
    "SESSION_MEMCACHED",
    "SESSION_FILE_",
    "SESSION_CACHELIB",
    "SESSION_MONGODB",
    "SESSION_SQLALCHEMY",
    "SESSION_DYNAMODB",
];

/// Names that begin so are settings of the session; all others belong to the rest of the program.
const OURS: &[&str] = &["SECRET_KEY", "SESSION_", "PERMANENT_SESSION", "DEWAR_"];

/// Refuses names that mean to be a setting and are none.
pub(super) fn check_names<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<(), ConfigError> {
    for name in names {
        if begins_with_any(name, OURS) && !Setting::ALL.iter().any(|setting| setting.name() == name) {
            return Err(refusal(name));
        }
    }
    Ok(())
}

/// Whether a name is a setting or means to be one.
pub(super) fn is_ours(name: &str) -> bool {
    name == Setting::ApplicationRoot.name() || begins_with_any(name, OURS)
}

fn refusal(name: &str) -> ConfigError {
    let name = name.to_owned();
    if FLASK_SESSION.contains(&name.as_str()) || begins_with_any(&name, FLASK_SESSION_STORES) {
        return ConfigError::ServerSideSessions { name };
    }
    let nearest = nearest(&name);
    ConfigError::UnknownSetting { name, nearest }
}

fn begins_with_any(name: &str, starts: &[&str]) -> bool {
    starts.iter().any(|start| name.starts_with(start))
}

/// The known name that takes the fewest changes to come to, unless that is more than a third of it.
fn nearest(name: &str) -> Option<&'static str> {
    // A name of any length can come from outside; no known one is near a long one.
    if name.len() > 64 {
        return None;
    }
    let near = Setting::ALL.into_iter().map(|setting| (distance(name, setting.name()), setting.name()));
    near.min_by_key(|(distance, _)| *distance)
        .filter(|(distance, known)| distance * 3 <= known.len())
        .map(|near| near.1)
}

/// Levenshtein's: how many bytes must be added, removed or replaced to make one of the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, ours) in from.bytes().enumerate() {
        let (mut diagonal, mut left) = (line, line + 1);
        for (theirs, above) in to.bytes().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal + usize::from(ours != theirs);
            diagonal = *above;
            left = replaced.min(left + 1).min(*above + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (from, to, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("same", "same", 0),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("SESSION_COOKIE_HTTP_ONLY"), Some("SESSION_COOKIE_HTTPONLY"));
        assert_eq!(nearest("SECRET_KEYS"), Some("SECRET_KEY"));
        assert_eq!(nearest("PERMANENT_SESSION_TIMEOUT"), Some("PERMANENT_SESSION_LIFETIME"));
        assert_eq!(nearest("SESSION_X"), None);
        assert_eq!(nearest(&"SESSION_".repeat(100_000)), None);
    }
}
