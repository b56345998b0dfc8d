//! The settings that are read here: a row each.

macro_rules! settings {
    ($($name:ident: $sessions:ident, $value:literal, $otherwise:literal;)*) => {
        $(pub(super) const $name: &str = stringify!($name);)*

        /// All of them.
        pub(super) const ALL: &[Setting] = &[
            $(Setting { name: $name, sessions: Sessions::$sessions, #[cfg(test)] value: $value, #[cfg(test)] otherwise: $otherwise }),*
        ];
    };
}

/// A setting that is read here.
pub(super) struct Setting {
    pub(super) name: &'static str,
    pub(super) sessions: Sessions,
    /// What it can be, for the table in the guide of this module.
    #[cfg(test)]
    value: &'static str,
    /// What is taken if it is not there, for the same table.
    #[cfg(test)]
    otherwise: &'static str,
}

/// Which sessions a setting is for. Set for others, it would have no effect, and is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sessions {
    /// All.
    Any,
    /// Those in a store.
    Stored,
    /// Those in a store that are shared with Flask-Session.
    Shared,
}

settings! {
    SECRET_KEY: Any, "text", "an error";
    SECRET_KEY_FALLBACKS: Any, "list of texts, oldest first", "none";
    SESSION_COOKIE_NAME: Any, "text", "`session` (ours: `__Host-session`)";
    SESSION_COOKIE_DOMAIN: Any, "text, null or false", "no `Domain`";
    SESSION_COOKIE_PATH: Any, "text or null", "`APPLICATION_ROOT`";
    APPLICATION_ROOT: Any, "text or null", "`/`";
    SESSION_COOKIE_SECURE: Any, "true or false", "false (ours: true)";
    SESSION_COOKIE_HTTPONLY: Any, "true or false", "true";
    SESSION_COOKIE_SAMESITE: Any, "`Strict`, `Lax`, `None` or null", "no `SameSite` (ours: `Lax`)";
    SESSION_COOKIE_PARTITIONED: Any, "true or false", "false";
    PERMANENT_SESSION_LIFETIME: Any, "seconds", "31 days (ours: 1 hour)";
    SESSION_REFRESH_EACH_REQUEST: Any, "true or false", "true (ours: when a tenth of the lifetime has passed)";
    DEWAR_ABSOLUTE_LIFETIME: Any, "seconds or null, for our own formats", "no limit (ours: 1 day)";
    DEWAR_COOKIE_FORMAT: Any, "`flask` or `sealed`", "`flask`";
    DEWAR_PREVIOUS_UNTIL: Any, "a date such as `2027-01-01`", "no previous manager";
    DEWAR_ALLOW_WEAK_SECRET: Any, "true or false", "false";

    SESSION_STORE: Any, "a URL that `dewar_stores::open` takes", "sessions in the cookie";
    SESSION_TYPE: Any, "a type of Flask-Session that `dewar_stores::from_config` takes; null", "sessions in the cookie";
    DEWAR_NAME: Stored, "the program's name: 1 to 32 of `a`–`z`, `0`–`9`, `-`", "an error with `SESSION_STORE`";
    SESSION_PERMANENT: Stored, "true or false", "true (ours: false)";
    SESSION_KEY_PREFIX: Shared, "text", "`session:`";
    SESSION_USE_SIGNER: Shared, "true or false", "false";
    SESSION_ID_LENGTH: Shared, "16 to 128 bytes", "32";
    SESSION_SERIALIZATION_FORMAT: Shared, "`msgpack` or `json`", "`msgpack`";
}

/// Whether one of these has this name.
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
