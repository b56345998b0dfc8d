//! The store that a program's settings name.

use std::sync::Arc;

use dewar::config::Config;
use dewar_core::Store;

use super::settings;
use crate::OpenError;
use crate::guard::GuardOptions;

/// Opens the store that the settings name, [`SESSION_TYPE` or `SESSION_STORE`](dewar::config), with a
/// [guard](crate::guard::Guard) of default [`GuardOptions`] before every engine that can fail.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dewar::config::Config;
/// use dewar::SessionManager;
///
/// let config = Config::from_vars("FLASK", [
///     ("FLASK_SECRET_KEY", "5f0c19e2a7d84b3690fe21c7b58d4a63"),
///     ("FLASK_SESSION_STORE", "memory:"),
///     ("FLASK_DEWAR_NAME", "shop"),
/// ])?;
/// let store = dewar_stores::from_config(&config).await?;
/// let manager = SessionManager::server_side(config.server_side(store)?)?;
/// # _ = manager;
/// # Ok(())
/// # }
/// ```
///
/// Each engine has its own settings, which are obeyed with a `SESSION_TYPE` of it; the number of requests, the password and the database
/// with `SESSION_STORE` as well:
///
#[doc = include_str!("settings.md")]
///
/// What is a Python object in a Flask program (`SESSION_REDIS`, `SESSION_SQLALCHEMY`) is a URL here. `SESSION_REDIS_PASSWORD` and
/// `SESSION_REDIS_DB`, which are often set and which Flask-Session itself ignores, are obeyed.
///
/// # Errors
/// When the settings store sessions in the cookie, a setting of the store is not known or not right, the engine's feature is off, or it
/// cannot be opened. What is wrong with a setting is a [`ConfigError`](dewar::config::ConfigError) in
/// [`source`](std::error::Error::source). Passwords are never in the error.
pub async fn from_config(config: &Config) -> Result<Arc<dyn Store>, OpenError> {
    let Some(spec) = config.store() else {
        return Err(OpenError::new(
            "the settings store sessions in the cookie: set SESSION_STORE or SESSION_TYPE to store them elsewhere",
        ));
    };
    let (engine, wanted) = settings::read(spec)?;
    engine.open(&wanted, GuardOptions::default()).await
}
