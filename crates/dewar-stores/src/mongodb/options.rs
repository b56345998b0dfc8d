//! How to open MongoDB.

use std::time::Duration;

/// The options of a store in MongoDB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MongoDbOptions {
    /// The database; overrides the URL's. The setting `SESSION_MONGODB_DB`.
    pub database: Option<String>,
    /// The collection. The setting `SESSION_MONGODB_COLLECT`. Default: the URL's `collection`, or `sessions`.
    pub collection: Option<String>,
    /// The longest time to wait for an answer. Calls about many entries (an owner's, a page of all) may take 25 times as long. Default: 200 ms.
    pub timeout: Duration,
    /// Whether opening the store creates the indexes that are missing. If not, a missing index is an error, which says how to create it.
    /// Default: the URL's `create_indexes`, or true: collections and indexes of MongoDB come into being when they are first used.
    pub create_indexes: Option<bool>,
    /// Whether the collection may be created. Otherwise a collection that does not exist is an error. Default: true.
    pub create_collection: bool,
}

impl Default for MongoDbOptions {
    fn default() -> Self {
        Self {
            database: None,
            collection: None,
            timeout: Duration::from_millis(200),
            create_indexes: None,
            create_collection: true,
        }
    }
}
