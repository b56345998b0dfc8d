//! Opens the store.

use ::mongodb::Client;

use super::MongoDb;
use super::record::Record;
use crate::OpenError;
use crate::mongodb::MongoDbOptions;
use crate::mongodb::indexes::{Index, Kind};
use crate::mongodb::opening::{self, Wanted};

/// The key is `_id`, which always has an index.
const WANTED: Wanted = Wanted {
    indexes: &[
        Index { fields: &["expires"], kind: Kind::Expiring },
        Index { fields: &["owner", "joined"], kind: Kind::Plain },
    ],
    is_session: |document| Record::read(document).is_ok(),
};

impl MongoDb {
    /// Connects to the servers of a URL: `mongodb://user:password@host1:27017,host2:27017/database`, or `mongodb+srv://` (feature
    /// `mongodb-srv`).
    ///
    /// After a `?`, the parameters `collection` and `create_indexes` have the meaning of [`MongoDbOptions`]. All others are the driver's, such as
    /// `replicaSet`, `authSource`, `tls`, `tlsCAFile`, `w` and `journal`.
    ///
    /// # Errors
    /// If the URL is wrong or names no database, no primary is found within two seconds, the user lacks a right, or the collection has an index
    /// with which it cannot be used. The error says what is wrong and what to do, in one line.
    pub async fn open(url: &str, options: MongoDbOptions) -> Result<Self, OpenError> {
        Self::over(opening::by_url(url, &options, None, &WANTED).await?)
    }

    /// Takes a client that the program already has, and stores sessions in this database. Its write concern stays; if it has none, writes are
    /// confirmed by a majority.
    ///
    /// Its timeout for the selection of a server should be short (`serverSelectionTimeoutMS`; the driver's default is 30 s): a call that waits for
    /// a server goes on in the background after [its timeout](MongoDbOptions::timeout). No [`Guard`](crate::guard::Guard) is put before the store:
    /// wrap it in one to get deadlines, retries and a circuit breaker. A client does not work in a process that is forked later: open the store
    /// there, or by URL.
    ///
    /// ```
    /// # async fn opened() -> Result<(), Box<dyn std::error::Error>> {
    /// use std::sync::Arc;
    ///
    /// use dewar_stores::guard::{Guard, GuardOptions};
    /// use dewar_stores::mongodb::{MongoDb, MongoDbOptions};
    ///
    /// let client = mongodb::Client::with_uri_str("mongodb://localhost/?serverSelectionTimeoutMS=200").await?;
    /// let store = MongoDb::with_client(&client, "shop", MongoDbOptions::default()).await?;
    /// let store = Arc::new(Guard::new(Arc::new(store), GuardOptions::default()));
    /// # _ = store;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn with_client(
        client: &Client,
        database: &str,
        options: MongoDbOptions,
    ) -> Result<Self, OpenError> {
        Self::over(opening::of_client(client, database, options, &WANTED).await?)
    }
}
