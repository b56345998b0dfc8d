//! The table of the settings that are read here.

macro_rules! settings {
    ($($name:ident: $sessions:ident, $value:literal, $otherwise:literal;)*) => {
        $(pub(super) const $name: &str = stringify!($name);)*

        /// All settings.
        pub(super) const ALL: &[Setting] = &[
            $(Setting { name: $name, sessions: Sessions::$sessions, #[cfg(test)] value: $value, #[cfg(test)] otherwise: $otherwise }),*
        ];
    };
}

/// A setting that is read here.
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) sessions: Sessions,
    /// The possible values, for the table in the docs of this module.
    #[cfg(test)]
    value: &'static str,
    /// The default, for the same table.
    #[cfg(test)]
    otherwise: &'static str,
}

/// The sessions that a setting applies to. For other sessions it would have no effect, so it is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sessions {
    /// All sessions.
    Any,
    /// Sessions in a store.
    Stored,
    /// Sessions in a store that are shared with Flask-Session.
    Shared,
}

settings! {
    SECRET_KEY: Any, "text", "an error";
    SECRET_KEY_FALLBACKS: Any, "list of texts, oldest first", "none";
    SESSION_COOKIE_NAME: Any, "text", "`session` (Dewar: `__Host-session`)";
    SESSION_COOKIE_DOMAIN: Any, "text, null or false", "no `Domain`";
    SESSION_COOKIE_PATH: Any, "text or null", "`APPLICATION_ROOT`";
    APPLICATION_ROOT: Any, "text or null", "`/`";
    SESSION_COOKIE_SECURE: Any, "true or false", "false (Dewar: true)";
    SESSION_COOKIE_HTTPONLY: Any, "true or false", "true";
    SESSION_COOKIE_SAMESITE: Any, "`Strict`, `Lax`, `None` or null", "no `SameSite` (Dewar: `Lax`)";
    SESSION_COOKIE_PARTITIONED: Any, "true or false", "false";
    PERMANENT_SESSION_LIFETIME: Any, "seconds", "31 days (Dewar: 1 hour)";
    SESSION_REFRESH_EACH_REQUEST: Any, "true or false", "true (Dewar: when a tenth of the lifetime has passed)";
    DEWAR_ABSOLUTE_LIFETIME: Any, "seconds or null, for Dewar's formats", "no limit (Dewar: 1 day)";
    DEWAR_COOKIE_FORMAT: Any, "`flask` or `sealed`", "`flask`";
    DEWAR_PREVIOUS_UNTIL: Any, "a date such as `2027-01-01`", "no previous manager";
    DEWAR_ALLOW_WEAK_SECRET: Any, "true or false", "false";

    SESSION_STORE: Any, "a URL that `dewar_stores::open` takes", "sessions in the cookie";
    SESSION_TYPE: Any, "a type of Flask-Session that `dewar_stores::from_config` takes; null", "sessions in the cookie";
    DEWAR_NAME: Stored, "the program's name: 1 to 32 of `a`–`z`, `0`–`9`, `-`", "an error with `SESSION_STORE`";
    SESSION_PERMANENT: Stored, "true or false", "true (Dewar: false)";
    SESSION_KEY_PREFIX: Shared, "text", "`session:`";
    SESSION_USE_SIGNER: Shared, "true or false", "false";
    SESSION_ID_LENGTH: Shared, "16 to 128 bytes", "32";
    SESSION_SERIALIZATION_FORMAT: Shared, "`msgpack` or `json`", "`msgpack`";
}

/// Whether a setting here has this name.
pub(super) fn is_known(name: &str) -> bool {
    ALL.iter().any(|setting| setting.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guide_has_a_line_for_each_setting() {
        let guide = include_str!("mod.rs");
        for Setting { name, value, otherwise, .. } in ALL {
            let line = format!("//! | `{name}` | {value} | {otherwise} |\n");
            assert!(guide.contains(&line), "mod.rs lacks this line:\n{line}");
        }
        let lines = guide.lines().filter(|line| line.starts_with("//! | `"));
        assert_eq!(lines.count(), ALL.len() + 1, "and one of DEWAR_PREVIOUS_…");
    }
}
