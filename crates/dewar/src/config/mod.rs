//! Settings from the environment or a TOML file, under Flask's own names.
//!
//! One settings file serves a Flask program and yours: the names and the meaning of their values are those of Flask 3.1. The defaults are
//! those of the formats that are chosen. Flask's formats have Flask's defaults, and are chosen unless a setting says otherwise: a file
//! with nothing but Flask's own settings means what it means to Flask, without `Secure` and for 31 days. **Ours**, which
//! `DEWAR_COOKIE_FORMAT=sealed` and `SESSION_STORE` choose, have safe ones. What is set counts in either case.
//!
//! Mistakes that Flask finds when a request comes in, or never, are found here when the program starts; each error names the setting
//! and says what to do.
//!
//! | setting | value | if it is not there |
//! |---|---|---|
//! | `SECRET_KEY` | text | an error |
//! | `SECRET_KEY_FALLBACKS` | list of texts, oldest first | none |
//! | `SESSION_COOKIE_NAME` | text | `session` (ours: `__Host-session`) |
//! | `SESSION_COOKIE_DOMAIN` | text, null or false | no `Domain` |
//! | `SESSION_COOKIE_PATH` | text or null | `APPLICATION_ROOT` |
//! | `APPLICATION_ROOT` | text or null | `/` |
//! | `SESSION_COOKIE_SECURE` | true or false | false (ours: true) |
//! | `SESSION_COOKIE_HTTPONLY` | true or false | true |
//! | `SESSION_COOKIE_SAMESITE` | `Strict`, `Lax`, `None` or null | no `SameSite` (ours: `Lax`) |
//! | `SESSION_COOKIE_PARTITIONED` | true or false | false |
//! | `PERMANENT_SESSION_LIFETIME` | seconds | 31 days (ours: 1 hour) |
//! | `SESSION_REFRESH_EACH_REQUEST` | true or false | true (ours: when a tenth of the lifetime has passed) |
//! | `DEWAR_ABSOLUTE_LIFETIME` | seconds or null, for our own formats | no limit (ours: 1 day) |
//! | `DEWAR_COOKIE_FORMAT` | `flask` or `sealed` | `flask` |
//! | `DEWAR_PREVIOUS_UNTIL` | a date such as `2027-01-01` | no previous manager |
//! | `DEWAR_PREVIOUS_…` | any setting here, as it was for the manager that stored the sessions before | its default; the same secrets |
//! | `DEWAR_ALLOW_WEAK_SECRET` | true or false | false |
//!
//! `__Host-session` is the name of our cookie where a browser allows it: with a `Domain` or another path than `/` it is `__Secure-session`,
//! without `Secure` `session`. So for development over plain HTTP, `SESSION_COOKIE_SECURE=false` is all that is to be set. A
//! `PERMANENT_SESSION_LIFETIME` of more than a day needs a `DEWAR_ABSOLUTE_LIFETIME` with ours.
//!
//! Flask ignores those that begin with `DEWAR_`. A previous manager's sessions are taken over until the date: pass
//! what [`Config::previous`] returns to [`SessionManager::migrating_from`](crate::SessionManager::migrating_from).
//!
//! Sessions are stored in the cookie, unless one of two settings names a store. `SESSION_TYPE` is Flask-Session's (0.8): both programs
//! can then serve the same sessions. `SESSION_STORE` is Dewar's: a URL, and Dewar's own records.
//!
//! | setting | value | if it is not there |
//! |---|---|---|
//! | `SESSION_STORE` | a URL that `dewar_stores::open` takes | sessions in the cookie |
//! | `SESSION_TYPE` | a type of Flask-Session that `dewar_stores::from_config` takes; null | sessions in the cookie |
//! | `DEWAR_NAME` | the program's name: 1 to 32 of `a`–`z`, `0`–`9`, `-` | an error with `SESSION_STORE` |
//! | `SESSION_PERMANENT` | true or false | true (ours: false) |
//! | `SESSION_KEY_PREFIX` | text | `session:` |
//! | `SESSION_USE_SIGNER` | true or false | false |
//! | `SESSION_ID_LENGTH` | 16 to 128 bytes | 32 |
//! | `SESSION_SERIALIZATION_FORMAT` | `msgpack` or `json` | `msgpack` |
//!
//! A store has settings of its own, which also begin with `SESSION_`. [`Config::store`] returns them as they were set;
//! `dewar_stores::from_config` reads them and opens the store, and its documentation lists them.
//!
//! Any other name that begins with `SECRET_KEY`, `SESSION_`, `PERMANENT_SESSION` or `DEWAR_` is an error, since a misspelt setting
//! would have no effect and go unnoticed. The error comes when the settings are read; for a setting of a store, when the store is opened.
//! All other names belong to the rest of the program.
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
