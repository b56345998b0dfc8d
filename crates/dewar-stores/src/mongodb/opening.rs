//! Opens a collection: connects, looks at it, and creates the indexes that are missing.

use std::time::Duration;

use ::mongodb::bson::{Document, doc};
use ::mongodb::error::{Error, ErrorKind};
use ::mongodb::options::{ClientOptions, CollectionOptions, ReadPreference, SelectionCriteria, WriteConcern};
use ::mongodb::{Client, Collection, Database, IndexModel};
use tokio::time::{Instant, sleep};

use super::address::Address;
use super::collection::ProcessCollection;
use super::documents::Documents;
use super::indexes::{self, Fault, Index};
use super::options::MongoDbOptions;
use super::{failure, rights, shape, spawned};
use crate::OpenError;

/// The longest time to look for a server. Calls give up earlier.
const CONNECTING: Duration = Duration::from_secs(2);
/// The longest time for creating indexes, which takes a while in a large collection.
const CREATING: Duration = Duration::from_secs(600);

/// The collection of a URL.
pub(super) async fn by_url(
    url: &str,
    options: &MongoDbOptions,
    default_database: Option<&str>,
    wanted: &'static Wanted,
) -> Result<Documents, OpenError> {
    let address = Address::parse(url, options).await?;
    let place = address.to_string();
    let database = options.database.as_deref().or(address.database.as_deref()).or(default_database);
    let database = database.ok_or_else(|| {
        OpenError::wrong_url("the URL of MongoDB names no database: write it as in mongodb://host/database")
    })?;
    let repeats_writes = address.client.retry_writes != Some(false);
    let own = Some(address.client.clone());
    let client = Client::with_options(address.client).map_err(|error| not_opened(&place, &error))?;
    let options = MongoDbOptions {
        collection: options.collection.clone().or(address.collection),
        create_indexes: options.create_indexes.or(address.create_indexes),
        ..options.clone()
    };
    Opening { place, options, client: own }.open(client.database(database), repeats_writes, wanted).await
}

/// A collection of a client that the program already has.
pub(super) async fn of_client(
    client: &Client,
    database: &str,
    options: MongoDbOptions,
    wanted: &'static Wanted,
) -> Result<Documents, OpenError> {
    let opening = Opening { place: "the address of the client".to_owned(), options, client: None };
    opening.open(client.database(database), true, wanted).await
}

/// What the documents of a store need.
pub(super) struct Wanted {
    pub(super) indexes: &'static [Index],
    /// Whether a document is one of the store.
    pub(super) is_session: fn(&Document) -> bool,
}

struct Opening {
    /// Where the servers are, for messages.
    place: String,
    options: MongoDbOptions,
    /// Of a client that is ours.
    client: Option<ClientOptions>,
}

impl Opening {
    async fn open(
        &self,
        database: Database,
        repeats_writes: bool,
        wanted: &'static Wanted,
    ) -> Result<Documents, OpenError> {
        let name = self.options.collection.as_deref().unwrap_or("sessions");
        let collection =
            database.collection_with_options(name, collection_options(&database, self.options.timeout));
        self.connect(&database).await?;
        let has_user = rights::check(&database, name).await?;
        self.check_shape(&database, &collection, wanted, has_user).await?;
        self.check_indexes(&collection, wanted).await?;
        let collection = ProcessCollection::new(collection, self.client.clone());
        Ok(Documents::new(collection, self.options.timeout, repeats_writes))
    }

    /// Waits until a server takes calls: connecting may take longer than a call.
    async fn connect(&self, database: &Database) -> Result<(), OpenError> {
        let start = Instant::now();
        loop {
            let database = database.clone();
            let ping = async move { database.run_command(doc! { "ping": 1 }).await };
            match spawned::run(CONNECTING, ping).await {
                Err(lost) => return Err(self.silent(lost)),
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) if is_passing(&error) && start.elapsed() < CONNECTING => {
                    sleep(Duration::from_millis(20)).await;
                }
                Ok(Err(error)) => return Err(not_opened(&self.place, &error)),
            }
        }
    }

    /// Who may not look at the collection may still be allowed to use it.
    async fn check_shape(
        &self,
        database: &Database,
        collection: &Collection<Document>,
        wanted: &'static Wanted,
        has_user: bool,
    ) -> Result<(), OpenError> {
        let name = collection.name().to_owned();
        let unfit = self.ask(shape::unfit(database.clone(), name.clone())).await?.unwrap_or_default();
        let one = collection.clone();
        let found = match self.ask(async move { one.find_one(doc! {}).await }).await? {
            Err(error) if is_forbidden(&error) && !has_user => return Err(not_opened(&self.place, &error)),
            found => found.ok().flatten(),
        };
        let foreign =
            found.filter(|found| !(wanted.is_session)(found)).map(|_| "has documents that are no sessions");
        match unfit.or(foreign) {
            Some(why) => {
                Err(OpenError::new(format!("the collection {name} of MongoDB {why}: use another collection")))
            }
            None => Ok(()),
        }
    }

    async fn check_indexes(
        &self,
        collection: &Collection<Document>,
        wanted: &'static Wanted,
    ) -> Result<(), OpenError> {
        let creates = self.options.create_indexes.unwrap_or(true);
        let listed = self.ask(indexes::list(collection.clone())).await?;
        // Each collection has an index of `_id`.
        if matches!(&listed, Ok(found) if found.is_empty()) && !self.options.create_collection {
            return Err(OpenError::missing(format!(
                "the database of MongoDB at {} has no collection {}: name the database and the collection in which the program stores its sessions",
                self.place,
                collection.name()
            )));
        }
        let found = match listed {
            // Who may not look may still be allowed to use it.
            Err(error) if is_forbidden(&error) && !creates => return Ok(()),
            Err(error) if is_forbidden(&error) => Vec::new(),
            found => found.map_err(|error| not_opened(&self.place, &error))?,
        };
        match (indexes::fault(&found, wanted.indexes), creates) {
            (None, _) => Ok(()),
            (Some(Fault::Missing(_)), true) => self.create_indexes(collection, &found, wanted).await,
            (Some(Fault::Missing(index)), false) => Err(OpenError::new(format!(
                "the collection {0} of MongoDB lacks an index: create it with {1}",
                collection.name(),
                index.command(collection.name())
            ))),
            (Some(Fault::Unfit(keys, why)), _) => Err(OpenError::new(format!(
                "the collection {} of MongoDB has an index on {keys} that {why}: use another collection, or drop the index",
                collection.name()
            ))),
        }
    }

    async fn create_indexes(
        &self,
        collection: &Collection<Document>,
        found: &[IndexModel],
        wanted: &'static Wanted,
    ) -> Result<(), OpenError> {
        let created = spawned::run(CREATING, indexes::create(collection.clone(), wanted.indexes)).await;
        let error = match created.map_err(|lost| self.silent(lost))? {
            Ok(()) => return Ok(()),
            Err(error) => error,
        };
        let name = collection.name();
        let missing = match indexes::fault(found, wanted.indexes) {
            Some(Fault::Missing(index)) => index.command(name),
            _ => String::new(),
        };
        let why = if is_forbidden(&error) {
            format!(
                "the user may not create the indexes of the collection {name}: grant the role readWrite, or have them created with {missing}"
            )
        } else if failure::is_duplicate(&error) {
            format!(
                "the collection {name} has two documents with the same key: remove one of them, then its index can be created with {missing}"
            )
        } else {
            format!(
                "the indexes of the collection {name} cannot be created: use another collection, or create them with {missing}"
            )
        };
        Err(OpenError::new(why).with_source(cause(&error)))
    }

    async fn ask<T: Send + 'static>(
        &self,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, OpenError> {
        spawned::run(CONNECTING, call).await.map_err(|lost| self.silent(lost))
    }

    fn silent(&self, lost: spawned::Lost) -> OpenError {
        let what = format!(
            "MongoDB at {} did not answer in time: check that the server is MongoDB, and that it is not blocked",
            self.place
        );
        OpenError::new(what).with_source(lost)
    }
}

/// Reads are from the primary: others may not know yet that a session has ended. Writes are confirmed by a majority, unless the URL or the program
/// has its own write concern.
fn collection_options(database: &Database, timeout: Duration) -> CollectionOptions {
    let concern = database.write_concern().cloned().unwrap_or_else(|| {
        let mut majority = WriteConcern::majority();
        majority.w_timeout = Some(timeout);
        majority
    });
    CollectionOptions::builder()
        .selection_criteria(SelectionCriteria::ReadPreference(ReadPreference::Primary))
        .write_concern(concern)
        .build()
}

/// The error when the store cannot be opened: one line that says what to do. The driver's own text is not shown, since it may contain more.
pub(super) fn not_opened(place: &str, error: &Error) -> OpenError {
    let text = error.to_string();
    let what = match &*error.kind {
        ErrorKind::Authentication { .. } => format!(
            "MongoDB at {place} does not accept this user and password: the database of the user is named with ?authSource="
        ),
        ErrorKind::ServerSelection { .. } if text.contains("ReplicaSetNoPrimary") => format!(
            "the replica set at {place} has no primary: start its members and initiate it, or correct the name with ?replicaSet="
        ),
        ErrorKind::InvalidTlsConfig { .. } => format!(
            "the settings for TLS of MongoDB at {place} cannot be used: check the files that the URL names"
        ),
        _ if text.contains("certificate") || text.contains("TLS") => {
            format!(
                "MongoDB at {place} has no trusted certificate: name its CA with ?tlsCAFile=/path/to/ca.pem in the URL"
            )
        }
        ErrorKind::ServerSelection { .. } | ErrorKind::Io(_) => {
            format!("no MongoDB server answers at {place}: start it, or correct the address")
        }
        ErrorKind::Command(_) if failure::is_code(error, &[13, 18]) => {
            format!(
                "MongoDB at {place} requires a user who may use the database: write it as in mongodb://user:password@host/database"
            )
        }
        _ => format!("MongoDB at {place} cannot be used"),
    };
    OpenError::new(what).with_source(cause(error))
}

/// What is known of an error, without its text.
fn cause(error: &Error) -> dewar_core::StoreError {
    failure::store_error(error, false)
}

fn is_passing(error: &Error) -> bool {
    matches!(
        &*error.kind,
        ErrorKind::ServerSelection { .. } | ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::Io(_)
    )
}

fn is_forbidden(error: &Error) -> bool {
    failure::is_code(error, &[13])
}
