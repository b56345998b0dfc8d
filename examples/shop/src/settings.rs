//! What the environment says: where to listen, where to store.

use std::{env, io, path};

/// The settings of a shop.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `SHOP_ADDRESS`, such as `127.0.0.1:3000`.
    pub address: String,
    /// `SHOP_DATABASE`: the file of users and orders.
    pub database: String,
    /// `SHOP_SESSIONS`: a URL of a session store, such as `redis://127.0.0.1`. An SQLite file if it is not set.
    pub sessions: String,
}

impl Settings {
    /// The settings in the environment.
    ///
    /// # Errors
    /// If the current folder is not known.
    pub fn from_env() -> io::Result<Self> {
        let or = |name: &str, default: &str| env::var(name).unwrap_or_else(|_| default.to_owned());
        let file = format!("sqlite://{}", path::absolute("sessions.db")?.display());
        Ok(Self {
            address: or("SHOP_ADDRESS", "127.0.0.1:3000"),
            database: or("SHOP_DATABASE", "shop.db"),
            sessions: or("SHOP_SESSIONS", &file),
        })
    }
}
