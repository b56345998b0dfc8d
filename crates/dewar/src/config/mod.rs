//! Settings from environment variables or a TOML file, with Flask's names.
//!
//! A Flask program and yours can share one settings file: names and values have the same meaning as in Flask 3.1. The defaults depend on the
//! format of the sessions. Unless a setting says otherwise, the format is Flask's, with Flask's defaults: a file with only Flask's settings
//! means the same as in Flask, with cookies without `Secure` and a lifetime of 31 days. Dewar's formats, which `DEWAR_COOKIE_FORMAT=sealed` and
//! `SESSION_STORE` choose, have safe defaults. A setting that is set always overrides the default.
//!
//! Mistakes that Flask finds only during a request, or never, are found here when the program starts. Each error names the setting and says what
//! to do.
//!
//! | setting | value | default |
//! |---|---|---|
//! | `SECRET_KEY` | text | an error |
//! | `SECRET_KEY_FALLBACKS` | list of texts, oldest first | none |
//! | `SESSION_COOKIE_NAME` | text | `session` (Dewar: `__Host-session`) |
//! | `SESSION_COOKIE_DOMAIN` | text, null or false | no `Domain` |
//! | `SESSION_COOKIE_PATH` | text or null | `APPLICATION_ROOT` |
//! | `APPLICATION_ROOT` | text or null | `/` |
//! | `SESSION_COOKIE_SECURE` | true or false | false (Dewar: true) |
//! | `SESSION_COOKIE_HTTPONLY` | true or false | true |
//! | `SESSION_COOKIE_SAMESITE` | `Strict`, `Lax`, `None` or null | no `SameSite` (Dewar: `Lax`) |
//! | `SESSION_COOKIE_PARTITIONED` | true or false | false |
//! | `PERMANENT_SESSION_LIFETIME` | seconds | 31 days (Dewar: 1 hour) |
//! | `SESSION_REFRESH_EACH_REQUEST` | true or false | true (Dewar: when a tenth of the lifetime has passed) |
//! | `DEWAR_ABSOLUTE_LIFETIME` | seconds or null, for Dewar's formats | no limit (Dewar: 1 day) |
//! | `DEWAR_COOKIE_FORMAT` | `flask` or `sealed` | `flask` |
//! | `DEWAR_PREVIOUS_UNTIL` | a date such as `2027-01-01` | no previous manager |
//! | `DEWAR_PREVIOUS_…` | any setting here, as it was for the manager that stored the sessions before | its default; the same secrets |
//! | `DEWAR_ALLOW_WEAK_SECRET` | true or false | false |
//!
//! With Dewar's formats, the cookie is named `__Host-session` if browsers allow that: with a `Domain` or another path than `/` it is
//! `__Secure-session`, and without `Secure` it is `session`. So for development over plain HTTP, you only need `SESSION_COOKIE_SECURE=false`.
//! With Dewar's formats, a `PERMANENT_SESSION_LIFETIME` of more than a day also needs a `DEWAR_ABSOLUTE_LIFETIME`.
//!
//! Flask ignores settings that start with `DEWAR_`. The sessions of a previous manager are taken over until the date in `DEWAR_PREVIOUS_UNTIL`:
//! pass [`Config::previous`] to [`SessionManager::migrating_from`](crate::SessionManager::migrating_from).
//!
//! Sessions are stored in the cookie, unless one of two settings names a store. `SESSION_TYPE` is a setting of Flask-Session (0.8): with it, a
//! Flask program and yours can share the sessions. `SESSION_STORE` is the URL of a store for Dewar's own records.
//!
//! | setting | value | default |
//! |---|---|---|
//! | `SESSION_STORE` | a URL that `dewar_stores::open` takes | sessions in the cookie |
//! | `SESSION_TYPE` | a type of Flask-Session that `dewar_stores::from_config` takes; null | sessions in the cookie |
//! | `DEWAR_NAME` | the program's name: 1 to 32 of `a`–`z`, `0`–`9`, `-` | an error with `SESSION_STORE` |
//! | `SESSION_PERMANENT` | true or false | true (Dewar: false) |
//! | `SESSION_KEY_PREFIX` | text | `session:` |
//! | `SESSION_USE_SIGNER` | true or false | false |
//! | `SESSION_ID_LENGTH` | 16 to 128 bytes | 32 |
//! | `SESSION_SERIALIZATION_FORMAT` | `msgpack` or `json` | `msgpack` |
//!
//! A store has more settings, which also start with `SESSION_`. [`Config::store`] returns them unread; `dewar_stores::from_config` reads them
//! and opens the store, and its documentation lists them.
//!
//! Any other name that starts with `SECRET_KEY`, `SESSION_`, `PERMANENT_SESSION` or `DEWAR_` is an error, since a misspelt setting would
//! otherwise silently have no effect. The error occurs when the settings are read; for a setting of a store, when the store is opened. All other
//! names belong to the rest of the program and are ignored.
//!
//! ```
//! use dewar::SessionManager;
//! use dewar::config::Config;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let config = Config::from_vars("FLASK", [
//!     ("FLASK_SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63"),
//!     ("FLASK_SESSION_COOKIE_SECURE", "true"),
//! ])?;
//! let manager = SessionManager::client_side(config.client_side())?;
//! assert_eq!(manager.cookie_name(), "session");
//! # Ok(())
//! # }
//! ```

mod cookie;
mod defaults;
mod environment;
mod error;
#[cfg(feature = "flask")]
mod flask;
#[cfg(not(feature = "flask"))]
#[path = "without_flask.rs"]
mod flask;
mod in_store;
mod known;
mod lifetime;
mod previous;
mod reader;
mod setting;
mod settings;
mod store_spec;
#[cfg(test)]
mod tests;
#[cfg(feature = "toml")]
mod toml;

pub use self::error::ConfigError;
pub use self::previous::PreviousConfig;
pub use self::settings::Config;
pub use self::store_spec::{StorePlace, StoreSpec, StoreUrl};
