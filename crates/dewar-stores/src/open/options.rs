//! How a store is opened by URL or from settings.

use crate::guard::GuardOptions;

/// How a store is opened by URL or from settings. You can pass [`GuardOptions`] instead, to use the defaults for the rest.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The limits of the guard around the store.
    pub guard: GuardOptions,
    /// Whether a store that does not exist may be created: a folder, a file, a table or a collection, as the engine does it. Otherwise nothing is
    /// created, and a store that does not exist is an error. Redis and Memcached have nothing to create: there a wrong database is an empty
    /// store. Default: true.
    pub create: bool,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { guard: GuardOptions::default(), create: true }
    }
}

impl From<GuardOptions> for OpenOptions {
    fn from(guard: GuardOptions) -> Self {
        Self { guard, ..Self::default() }
    }
}
