//! MongoDB.

mod address;
mod change;
mod collection;
mod documents;
mod failure;
#[cfg(feature = "flask")]
mod flask;
mod indexes;
mod native;
mod opening;
mod options;
mod rights;
mod shape;
mod spawned;
mod sweeping;

#[cfg(feature = "flask")]
pub use self::flask::FlaskMongoDb;
pub use self::native::MongoDb;
pub use self::options::MongoDbOptions;
