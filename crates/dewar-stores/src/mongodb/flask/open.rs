//! Opens the store.

use ::mongodb::Client;

use super::FlaskMongoDb;
use super::record::Record;
use crate::OpenError;
use crate::mongodb::MongoDbOptions;
use crate::mongodb::indexes::{Index, Kind};
use crate::mongodb::opening::{self, Wanted};

/// Flask-Session's `SESSION_MONGODB_DB`, if it is not set.
const DATABASE: &str = "flask_session";

/// Flask-Session creates the first index.
const WANTED: Wanted = Wanted {
    indexes: &[
        Index { fields: &["expiration"], kind: Kind::Expiring },
        Index { fields: &["id"], kind: Kind::Unique },
    ],
    is_session: |document| Record::read(document).is_ok(),
};

impl FlaskMongoDb {
    /// Connects as [`MongoDb::open`](super::super::MongoDb::open) does. If the URL names no database, it is `flask_session`.
    ///
    /// # Errors
    /// As [`MongoDb::open`](super::super::MongoDb::open).
    pub async fn open(url: &str, options: MongoDbOptions) -> Result<Self, OpenError> {
        let documents = opening::by_url(url, &options, Some(DATABASE), &WANTED).await?;
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
        let documents = opening::of_client(client, database, options, &WANTED).await?;
        Ok(Self { documents })
    }
}
