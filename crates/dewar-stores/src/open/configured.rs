//! The store that a program's settings name.

use std::sync::Arc;

use dewar::Config;
use dewar::config::StoreChoice;
use dewar_core::Store;

use super::shared;
use super::swept::Swept;
use crate::OpenError;
use crate::guard::Patience;

/// Opens the store that the settings name, [`SESSION_TYPE` or `SESSION_STORE`](dewar::config), with a
/// [guard](crate::guard::Guard) of default [`Patience`] before every engine that can fail.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use dewar::{Config, SessionManager};
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
/// # Errors
/// When the settings keep sessions in the cookie, the engine's feature is off, or it cannot be opened. Passwords are never in the
/// error.
pub async fn from_config(config: &Config) -> Result<Arc<dyn Store>, OpenError> {
    let patience = Patience::default();
    match config.store() {
        None => Err(OpenError::new(
            "the settings keep sessions in the cookie: set SESSION_STORE or SESSION_TYPE to keep them in a store",
        )),
        Some(StoreChoice::Url(url)) => super::open_with(url.as_str(), patience).await,
        Some(StoreChoice::Redis(choice)) => shared::redis(choice, patience).await,
        Some(StoreChoice::Cachelib { folder, threshold, mode }) => {
            shared::cachelib(folder, *threshold, *mode, patience)
        }
        Some(StoreChoice::SqlAlchemy { file, table, cleanup_n_requests }) => {
            let store = shared::sqlalchemy(file, table, patience)?;
            Ok(match cleanup_n_requests {
                Some(requests) => Arc::new(Swept::new(store, *requests)),
                None => store,
            })
        }
        Some(_) => Err(OpenError::new("the settings name a store of another release of dewar")),
    }
}
