//! Opens the store.

use ::mongodb::Client;

use super::FlaskMongoDb;
use crate::OpenError;
use crate::mongodb::{MongoDbOptions, indexes, opening};

/// Flask-Session's `SESSION_MONGODB_DB`, if it is not set.
const DATABASE: &str = "flask_session";

impl FlaskMongoDb {
    /// Connects as [`MongoDb::open`](super::super::MongoDb::open) does. If the URL names no database, it is `flask_session`.
    ///
    /// # Errors
    /// As [`MongoDb::open`](super::super::MongoDb::open).
    pub async fn open(url: &str, options: MongoDbOptions) -> Result<Self, OpenError> {
        let documents = opening::by_url(url, &options, Some(DATABASE), indexes::FLASK).await?;
        Ok(Self { documents })
    }

    /// Takes a client that the program already has, as [`MongoDb::with_client`](super::super::MongoDb::with_client) does.
    ///
    /// # Errors
    /// As [`MongoDb::open`](super::super::MongoDb::open).
    pub async fn with_client(
        client: &Client,
        database: &str,
        options: MongoDbOptions,
    ) -> Result<Self, OpenError> {
        let documents = opening::of_client(client, database, options, indexes::FLASK).await?;
        Ok(Self { documents })
    }
}
