//! Opens MongoDB: Dewar's own documents, or those of Flask-Session.

use std::sync::Arc;

use dewar_core::{Answer, Store};

use super::engine::guarded;
use super::wanted::{Place, Wanted};
use crate::OpenError;
use crate::guard::GuardOptions;
use crate::mongodb::{MongoDb, MongoDbOptions};

pub(super) fn open(wanted: &Wanted, guard: GuardOptions) -> Answer<'_, Arc<dyn Store>, OpenError> {
    match wanted.place() {
        Place::Own(url) => Answer::later(async move {
            let options = MongoDbOptions {
                timeout: guard.timeout(),
                create_collection: wanted.create,
                ..MongoDbOptions::default()
            };
            Ok(guarded(MongoDb::open(url, options).await?, guard))
        }),
        #[cfg(feature = "flask")]
        Place::OfFlask => Answer::later(documents_of_flask(wanted, guard)),
    }
}

#[cfg(feature = "flask")]
async fn documents_of_flask(wanted: &Wanted, guard: GuardOptions) -> Result<Arc<dyn Store>, OpenError> {
    use crate::mongodb::FlaskMongoDb;

    let url = wanted.text("SESSION_MONGODB").unwrap_or_default();
    let options = MongoDbOptions {
        database: wanted.text("SESSION_MONGODB_DB").map(str::to_owned),
        collection: wanted.text("SESSION_MONGODB_COLLECT").map(str::to_owned),
        timeout: guard.timeout(),
        create_collection: wanted.create,
        ..MongoDbOptions::default()
    };
    Ok(guarded(FlaskMongoDb::open(url, options).await?, guard))
}
